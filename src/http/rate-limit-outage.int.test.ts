import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { startGateway, randomAppName, type Gateway } from '../testing/gateway.ts';
import { ask, liveClient } from '../testing/live/live-client.ts';
import { createFaultProxy, type FaultProxy } from '../testing/servers/fault-proxy.ts';
import type { FaultMode } from '../testing/servers/fault-mode.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';

const limit = 20;
const redisUrl = inject('redisUrl');
let database: TestDatabase;
let proxy: FaultProxy;
let gateway: Gateway;
beforeAll(async () => {
  database = await createTestDatabase({
    databaseUrl: inject('databaseUrl'),
    replicaUrls: [inject('replicaUrl')],
  });
  proxy = await createFaultProxy({ targetPort: Number(new URL(redisUrl).port) });
  gateway = await startGateway({
    app: randomAppName(),
    servers: { ...database, redisUrl: proxy.through(redisUrl) },
    env: { RATE_LIMIT: String(limit), REDIS_DEADLINE_MS: '300', TRUSTED_PROXIES: '127.0.0.0/8' },
  });
});
afterEach(() => proxy.setMode({ kind: 'pass' }));
afterAll(async () => {
  await gateway.close();
  await proxy.close();
  await database.drop();
});

const query = '{ rateLimit { limit cost remaining } }';

interface Body {
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

/** The status of each of so many requests, and the codes of those that are refused. */
async function burst(count: number, from: string) {
  const answers = await Promise.all(
    Array.from({ length: count }, async () => {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
        body: JSON.stringify({ query }),
        signal: AbortSignal.timeout(15_000),
      });
      const { errors = [] } = (await response.json()) as Body;
      return { status: response.status, code: errors[0]?.extensions.code };
    }),
  );
  const passed = answers.filter(({ status }) => status === 200).length;
  const refused = answers.filter(({ status, code }) => status === 429 && code === 'RATE_LIMITED').length;
  return { passed, refused, others: count - passed - refused };
}

async function signUp(username: string): Promise<string> {
  const { data } = await gateway.query<{ signUp: { token: string } }>(
    'mutation ($input: SignUpInput!) { signUp(input: $input) { token } }',
    { variables: { input: { username, password: 'correct horse' } } },
  );
  return data?.signUp.token ?? '';
}

const locally = async () => (await gateway.app.metrics.rateLimitLocal.get()).values[0]?.value ?? 0;

describe.each<{ readonly what: string; readonly mode: FaultMode; readonly address: number }>([
  { what: 'refuses connections', mode: { kind: 'reset' }, address: 1 },
  { what: 'takes connections and never answers', mode: { kind: 'black-hole' }, address: 2 },
])('a Redis that $what', ({ mode, address }) => {
  it('refuses nobody within the limit, and the gateway holds it by itself', async () => {
    await proxy.setMode(mode);
    const before = await locally();
    const from = `203.0.113.${address}`;
    // What cannot be counted together is no 429: neither the first, who wait for an answer, nor those after them.
    expect(await burst(limit / 2, from)).toEqual({ passed: limit / 2, refused: 0, others: 0 });
    expect(await burst(limit / 2, from)).toEqual({ passed: limit / 2, refused: 0, others: 0 });
    expect(await burst(limit, from)).toEqual({ passed: 0, refused: limit, others: 0 });
    expect(await locally()).toBe(before + 2 * limit);
    expect(await burst(1, `203.0.114.${address}`)).toEqual({ passed: 1, refused: 0, others: 0 });
  });

  it('does the same over a WebSocket', async () => {
    const client = liveClient(gateway.url, { token: await signUp(`user_${address}`) });
    const remaining = async () => {
      const { data } = await ask(client, query);
      return (data?.['rateLimit'] as { readonly remaining: number }).remaining;
    };
    await proxy.setMode(mode);
    for (let left = limit - 1; left >= 0; left -= 1) expect(await remaining()).toBe(left);
    await expect(ask(client, query)).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    await client.close();
  });
});
