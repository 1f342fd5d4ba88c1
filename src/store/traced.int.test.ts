import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { afterEach, expect, it } from 'vitest';
import type { Cache } from '../cache/cache.ts';
import type { Source } from '../cache/source.ts';
import type { CachePolicy } from '../cache/policy.ts';
import { createLog } from '../log/log.ts';
import { createBankDesk } from '../testing/bank.ts';
import { onServer } from '../testing/database.ts';
import { postJson } from '../testing/post-json.ts';
import type { Around } from '../overrides.ts';
import { quiet } from '../testing/gateway.ts';
import { loadsApart } from '../testing/loads-apart.ts';
import { createWorld, type World } from '../testing/world.ts';

const nested = 'query Shelf { products(category: "%", first: 5) { nodes { name inventory { stock } } } }';
let world: World;
afterEach(() => world.close());

interface Options {
  readonly around?: Partial<Around>;
  readonly env?: Readonly<Record<string, string>>;
  readonly level?: string;
}

async function open({ around = {}, env = {}, level = 'info' }: Options = {}) {
  const kept: ReadableSpan[] = [];
  const exporter: SpanExporter = {
    export: (spans, done) => {
      kept.push(...spans);
      done({ code: ExportResultCode.SUCCESS });
    },
    shutdown: () => Promise.resolve(),
  };
  const lines: string[] = [];
  world = await createWorld({
    overrides: {
      ...quiet.overrides,
      log: createLog({ level, destination: { write: (line) => void lines.push(line) } }),
      spanExporter: exporter,
      around,
    },
    // A machine that is busy is no outage, of which other things would be told.
    env: { ...quiet.env, REDIS_DEADLINE_MS: '2000', OTEL_TRACES_SAMPLER_ARG: '1', ...env },
  });
  return {
    lines,
    /** Of everything until now; closing hands them over. */
    spans: async (): Promise<readonly ReadableSpan[]> => {
      await world.gateway.close();
      return kept;
    },
  };
}

/** The one trace in which this operation was asked. */
function traceOf(spans: readonly ReadableSpan[], operation: string): readonly ReadableSpan[] {
  const asked = spans.find(({ attributes }) => attributes['graphql.operation.name'] === operation);
  return spans.filter((span) => span.spanContext().traceId === asked?.spanContext().traceId);
}

const below = (spans: readonly ReadableSpan[], parent: ReadableSpan | undefined) =>
  spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent?.spanContext().spanId);
const named = (spans: readonly ReadableSpan[], name: string) => spans.filter((span) => span.name === name);

async function fiveProducts(): Promise<string> {
  const category = `shelf-${crypto.randomUUID()}`;
  for (let count = 0; count < 5; count += 1) await world.product({ category });
  return nested.replace('%', category);
}

it('a list with nested loaders is one batch and one statement for each level', async () => {
  const { spans } = await open();
  await world.gateway.query(await fiveProducts());
  await world.gateway.app.idle();
  const trace = traceOf(await spans(), 'Shelf');
  const operation = trace.find(({ name }) => name === 'graphql query');
  const levels = below(trace, operation).filter(({ name }) => name.startsWith('load '));
  expect(levels.map(({ name, attributes }) => [name, attributes['load.keys']])).toEqual([
    ['load product-listing', 1],
    ['load product', 5],
    ['load inventory', 5],
  ]);
  for (const level of levels) {
    expect(named(below(trace, level), 'postgres statement')).toHaveLength(1);
    // What is there is asked for; what is not is leased, and stored behind the answer; once each, for all keys together.
    const trips = named(below(trace, level), 'redis batch');
    expect(trips.map(({ attributes }) => attributes['db.operation.name'])).toEqual([
      'mget',
      level.name === 'load product-listing' ? 'lease stamp' : 'lease',
      'fill',
    ]);
  }
});

it('without batching there is a statement for each row: the control', async () => {
  const { spans } = await open({ around: { cache: oneByOne, loads: () => loadsApart } });
  await world.gateway.query(await fiveProducts());
  await world.gateway.app.idle();
  const trace = traceOf(await spans(), 'Shelf');
  expect(named(trace, 'load inventory')).toHaveLength(5);
  expect(named(trace, 'postgres statement').length).toBeGreaterThanOrEqual(10);
});

it('a trace that the caller has begun goes on, and its id is beside the request’s in the log', async () => {
  const { lines, spans } = await open({ env: { OTEL_TRACES_SAMPLER_ARG: '0' } });
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  await postJson(
    `${world.gateway.url}/graphql`,
    { query: 'query Mine { viewer { username } }' },
    { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
  );
  await world.gateway.query('query Nobodys { viewer { username } }');
  const all = await spans();
  expect(new Set(all.map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]));
  expect(named(all, 'POST /graphql')[0]?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
  const requests = lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === 'request');
  expect(requests.map((line) => line['traceId'])).toEqual([traceId, undefined]);
  expect(requests.every((line) => typeof line['requestId'] === 'string')).toBe(true);
});

it('no span and no line, at any level, has a password, a token, a phone number, an address or an amount', async () => {
  const { lines, spans } = await open({ level: 'trace' });
  const bank = createBankDesk(world);
  const customer = await bank.customer(98_765_432n);
  const secrets = {
    ...{ password: customer.password, token: customer.token, wrongPassword: 'hunter2 and more' },
    ...{ phone: '+4915123456789', email: 'alice@secret.example', balance: '987654.32', minor: '98765432' },
  };
  const { phone, email } = secrets;
  const told = await Promise.all([
    customer.query(
      'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { phone email } } }',
      { input: { phone, email } },
    ),
    customer.query('query ($id: ID!) { account(id: $id) { balance { amount } } }', {
      id: customer.accountId,
    }),
    world.signIn(customer.username, secrets.wrongPassword),
  ]);
  // Failed in Postgres, whose message and details have the whole row.
  await onServer(world.database.primaryUrl, 'ALTER TABLE users ADD CHECK (phone IS NULL) NOT VALID');
  const failed = await customer.query(
    'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { id } } }',
    { input: { phone, statusMessage: email } },
  );
  expect(failed.errors[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
  // Else there was nothing to be kept.
  for (const each of [phone, email, secrets.balance]) expect(JSON.stringify(told)).toContain(each);
  const text = JSON.stringify(
    (await spans()).map(({ name, attributes, status, events }) => ({ name, attributes, status, events })),
  );
  expect(text).toContain('postgres statement');
  // What Postgres calls a row that a check refuses.
  expect(text).toContain('23514');
  for (const secret of Object.values(secrets)) {
    expect(text).not.toContain(secret);
    expect(lines.join('\n')).not.toContain(secret);
  }
});

/** Each key as if nothing else were asked for. */
function oneByOne(own: Cache): Cache {
  return {
    ...own,
    async getMany<Key, Value>(
      policy: CachePolicy<Key, Value>,
      keys: readonly Key[],
      source: Source<Key, Value>,
      options?: Parameters<Cache['getMany']>[3],
    ) {
      const all = await Promise.all(keys.map((key) => own.getMany(policy, [key], source, options)));
      return new Map(all.flatMap((found) => [...found]));
    },
  };
}
