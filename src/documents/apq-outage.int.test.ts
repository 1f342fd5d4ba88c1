import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { transports, type Sent } from '../testing/documents/transports.ts';
import type { Gateway } from '../testing/gateway.ts';
import { liveSchema } from '../testing/live/live-schema.ts';
import { PASS } from '../testing/servers/fault-mode.ts';
import { createFaultProxy, type FaultProxy } from '../testing/servers/fault-proxy.ts';
import { createWorld, type World } from '../testing/world.ts';
import { hashOf } from './hash.ts';

/** A batch of commands without an answer by then has failed. */
const redisDeadlineMs = 200;
const pong = { status: 200, data: { ping: 'pong' } };
const unknown = { status: 200, code: 'PERSISTED_QUERY_NOT_FOUND' };

let proxy: FaultProxy;
let world: World;
let other: Gateway;
beforeAll(async () => {
  const redisUrl = inject('redisUrl');
  proxy = await createFaultProxy({ targetPort: Number(new URL(redisUrl).port) });
  const on = {
    databaseUrl: inject('databaseUrl'),
    replicaUrls: [inject('replicaUrl')],
    redisUrl: proxy.through(redisUrl),
  };
  const options = {
    env: { REDIS_DEADLINE_MS: String(redisDeadlineMs) },
    overrides: { schema: liveSchema() },
  };
  world = await createWorld({ on, ...options });
  other = await world.anotherGateway(options);
});
afterAll(async () => {
  await world.close();
  await proxy.close();
});

const byHash = (text: string): Sent => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(text) } },
});
const whole = (query: string): Sent => ({ query, ...byHash(query) });

/** The answer, of which nobody may have had to wait for more than one deadline of Redis and the machine's own work. */
async function ask({ url }: Gateway, sent: Sent) {
  const startedAt = performance.now();
  const answer = await transports.post(url, sent);
  expect(performance.now() - startedAt).toBeLessThan(redisDeadlineMs + 1_000);
  return answer;
}

async function registrations({ app }: Gateway): Promise<number> {
  const { values } = await app.metrics.apq.get();
  return values.find(({ labels }) => labels.outcome === 'registered')?.value ?? 0;
}

it.each(['refuse', 'black-hole'] as const)(
  'while Redis is away (%s), a hash is known where its text was sent, and else asked for; when it is back, everywhere',
  async (kind) => {
    const [before, meanwhile, later] = ['before', 'meanwhile', 'later'].map(
      (when) => `{ ping } # ${kind} ${when}`,
    ) as [string, string, string];
    const registered = await registrations(world.gateway);
    expect(await ask(world.gateway, whole(before))).toEqual(pong);
    // Nobody waits for it to be written.
    await vi.waitFor(async () => expect(await registrations(world.gateway)).toBe(registered + 1));
    await proxy.setMode({ kind });
    proxy.resetConnections();

    expect(await ask(world.gateway, byHash(before))).toEqual(pong);
    expect(await ask(other, byHash(before))).toEqual(unknown);
    expect(await ask(other, whole(meanwhile))).toEqual(pong);
    expect(await ask(other, byHash(meanwhile))).toEqual(pong);
    expect(await ask(world.gateway, byHash(meanwhile))).toEqual(unknown);

    await proxy.setMode(PASS);
    proxy.resetConnections();
    // Sent again, as a client does that is asked for it: written, once Redis takes it.
    await vi.waitFor(
      async () => {
        expect(await ask(world.gateway, whole(later))).toEqual(pong);
        expect(await ask(other, byHash(later))).toEqual(pong);
      },
      { timeout: 15_000, interval: 50 },
    );
    expect(await ask(other, byHash(before))).toEqual(pong);
  },
);
