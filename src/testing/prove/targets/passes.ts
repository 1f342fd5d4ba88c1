import type { Overrides } from '../../../overrides.ts';
import { seededRandom, type Random } from '../../../clock/random.ts';
import { randomAppName, type Gateway } from '../../gateway.ts';
import { spreadOf } from '../measures.ts';
import type { ProofContext } from '../proof.ts';
import { keysSince, readKeys } from './keys-read.ts';
import type { Ask, Measured, Passes, Scenario, Scene, Traffic } from './scenario.ts';
import { readStatements, statementsSince } from './statements.ts';
import { createZipf, scattered } from './zipf.ts';

interface Run extends Scene {
  readonly scenario: Scenario;
  readonly traffic: Traffic;
  readonly requests: number;
  readonly overrides: Overrides;
  /** The place of the user who comes most often. */
  readonly offset: number;
}

const clients = 8;
/** A busy machine is no outage. What is counted are entries: answers that are kept whole would hide how often they are found. */
const env = {
  REQUEST_DEADLINE_MS: '60000',
  REDIS_DEADLINE_MS: '5000',
  POOL_WAIT_MS: '60000',
  RESPONSE_CACHE_MB: '0',
};

/** Sends a scenario's requests twice through a gateway of its own, whose cache is empty. */
export async function runPasses(
  context: Pick<ProofContext, 'step' | 'signal' | 'seed'>,
  what: string,
  run: Run,
): Promise<Passes> {
  const { stage, scenario, requests, overrides } = run;
  const app = randomAppName();
  await scenario.prepare?.(run, app);
  const gateway = await stage.gateway({ app, overrides, env });
  const pass = (name: string) =>
    context.step(`${what}, ${name}: ${requests} requests`, () =>
      measure(run, gateway, () => sendAll(context, run, gateway)),
    );
  const passes = { cold: await pass('cold'), warm: await pass('warm') };
  await gateway.close();
  return passes;
}

async function measure(
  { stage, scenario, requests }: Run,
  { app }: Gateway,
  work: () => Promise<readonly number[]>,
): Promise<Measured> {
  const look = async () => {
    await app.idle();
    const { values } = await app.metrics.postgresQueries.get();
    return {
      statements: values.reduce((sum, { value }) => sum + value, 0),
      calls: await readStatements(stage),
      keys: await readKeys(app.metrics, scenario.policies),
    };
  };
  const before = await look();
  const tookMs = await work();
  const after = await look();
  return {
    requests,
    statements: after.statements - before.statements,
    calls: statementsSince(after.calls, before.calls),
    keys: keysSince(after.keys, before.keys),
    ms: spreadOf(tookMs),
  };
}

/** In the same order each time, by several clients at once. Resolves to how long each took, in milliseconds. */
async function sendAll(
  { seed, signal }: Pick<ProofContext, 'seed' | 'signal'>,
  run: Run,
  gateway: Gateway,
): Promise<readonly number[]> {
  const draw = drawOf(run, seededRandom(seed));
  const tookMs: number[] = [];
  let left = run.requests;

  async function client(): Promise<void> {
    while (left > 0) {
      signal.throwIfAborted();
      left -= 1;
      const ask = draw();
      const token = await ask.token;
      const startedAt = performance.now();
      await askOnce(gateway, { ...ask, token });
      tookMs.push(performance.now() - startedAt);
    }
  }

  await Promise.all(Array.from({ length: clients }, client));
  return tookMs;
}

function drawOf({ population: { count }, traffic, offset }: Run, random: Random): () => Ask {
  const zipf = createZipf(count);
  return () => traffic(scattered(zipf(random), count, offset), random);
}

type Signed = Omit<Ask, 'token'> & { readonly token: string | undefined };

async function askOnce(gateway: Gateway, { document, ...options }: Signed): Promise<void> {
  const { data, errors } = await gateway.query(document, options);
  const isRefused = Object.values(data ?? {}).some((field) => field === null || refusalsOf(field).length > 0);
  if (data == null || errors.length > 0 || isRefused)
    throw new Error(`${document}: ${JSON.stringify({ data, errors })}`);
}

const refusalsOf = (field: unknown): readonly unknown[] =>
  (field as { readonly userErrors?: readonly unknown[] }).userErrors ?? [];
