import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createRedisCluster, type RedisCluster } from '../redis/cluster.ts';
import { startTestCluster, type TestCluster } from '../testing/servers/test-cluster.ts';
import { createRoster } from './roster.ts';

const metrics = createMetrics();
const now = 1_800_000_000_000;
let cluster: TestCluster;
let redis: RedisCluster;

beforeAll(async () => {
  cluster = await startTestCluster({ nodeTimeoutMs: 15_000 });
  redis = createRedisCluster({
    urls: cluster.urls,
    role: 'state',
    clock: systemClock,
    metrics,
    log: createLog({ level: 'silent' }),
    settings: { deadlineMs: 2_000 },
  });
  expect(await redis.untilUp(20_000)).toBe(true);
}, 60_000);
afterAll(async () => {
  await redis.close();
  await cluster.stop();
});

const masters = () => cluster.servers.filter(({ slots }) => slots !== undefined);
const trips = async () => (await metrics.redisRoundTrips.get()).values[0]?.value ?? 0;

it('costs one round trip to each node, each of which holds its part; a frozen one hides only its own', async () => {
  const roster = createRoster({ redis, app: 'on-cluster' });
  const ids = Array.from({ length: 2_000 }, (_, index) => String(index + 1));
  const noted = await roster.note(new Map(ids.map((id) => [id, now])), now);
  expect(noted.failed).toEqual([]);
  expect(noted.came).toHaveLength(2_000);

  const contacts = ids.slice(0, 200);
  const before = await trips();
  const found = await roster.look(contacts);
  expect((await trips()) - before).toBe(masters().length);
  expect(contacts.every((id) => found.get(id) === now)).toBe(true);

  const sizes = await Promise.all(
    masters().map(async (master) => Number(await cluster.ask(master, 'dbsize'))),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(64);
  // A third each, were it not for chance.
  for (const size of sizes) expect(size).toBeGreaterThan(8);

  const [frozen] = masters();
  frozen?.freeze();
  const partly = await roster.look(contacts);
  expect(partly.size).toBeGreaterThan(0);
  expect(partly.size).toBeLessThan(contacts.length);
  expect([...partly.values()].every((at) => at === now)).toBe(true);
  const again = await roster.note(new Map(contacts.map((id) => [id, now + 1])), now);
  expect(new Set([...again.failed, ...partly.keys()])).toEqual(new Set(contacts));
  frozen?.resume();
});
