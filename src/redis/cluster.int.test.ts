import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import type { ClusterServer } from '../dev/redis/redis-cluster.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { startTestCluster, type TestCluster } from '../testing/servers/test-cluster.ts';
import { createRedisCluster, type ClusterSettings } from './cluster.ts';
import { openRedis } from './open-redis.ts';
import type { Candidate } from './candidate.conformance.ts';
import { redisContract } from './redis.conformance.ts';
import { subscriberContract } from './subscriber.conformance.ts';
import { slotOf } from './slot.ts';
import { createSubscriber } from './subscriber.ts';
import { RedisUnavailable } from './unavailable.ts';

let cluster: TestCluster;
// Nothing is to fail over here, however busy the machine is.
beforeAll(async () => void (cluster = await startTestCluster({ nodeTimeoutMs: 15_000 })), 60_000);
afterAll(() => cluster.stop());

/** A machine that is busy is no outage. */
const patient = { deadlineMs: 2_000 };
/** No background traffic: for counting. */
const quiet = { patrolEveryMs: 3_600_000, searchEveryMs: 3_600_000 };
const log = createLog({ level: 'silent' });
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function connect(settings: Partial<ClusterSettings> = {}, urls = cluster.urls.slice(0, 1)) {
  const metrics = createMetrics();
  const redis = createRedisCluster({
    urls,
    role: 'cache',
    clock: systemClock,
    metrics,
    log,
    settings: { ...patient, ...settings },
  });
  open.push(redis);
  const trips = async () => (await metrics.redisRoundTrips.get()).values[0]?.value ?? 0;
  const isUp = await redis.untilUp(5_000);
  return { redis, metrics, trips, isUp };
}

const manyKeys = (count = 300) => {
  const prefix = crypto.randomUUID();
  return Array.from({ length: count }, (_, index) => `${prefix}:${index}`);
};
const pick = <T>(all: readonly T[], positions: readonly number[]) =>
  positions.flatMap((position) => all.slice(position, position + 1));
const masters = () => cluster.servers.filter(({ slots }) => slots !== undefined);
const keyOn = (server: ClusterServer, keys = manyKeys()) => {
  const [first, last] = server.slots ?? [0, -1];
  const key = keys.find((one) => first <= slotOf(one) && slotOf(one) <= last);
  if (key === undefined) throw new Error('no key of that server');
  return key;
};

describe('a cluster', () => {
  const candidate: Candidate = {
    urls: () => cluster.urls,
    open: ({ urls, settings, ...needs }) =>
      openRedis({ ...needs, urls, cluster: true, settings: { ...quiet, ...settings } }),
  };
  redisContract(candidate);
  subscriberContract(candidate);
});

describe('keys of a cluster', () => {
  it('have the slots that a server computes', async () => {
    const [server] = masters() as [ClusterServer];
    for (const key of ['a', '{a}b', 'a{b', '{}a', 'ä{ö}', 'tributary:v1:g1:product:7'])
      expect(slotOf(key)).toBe(await cluster.ask(server, 'cluster', 'keyslot', key));
  });

  it('are grouped by master, and a group costs one round trip to it and none to another', async () => {
    const { redis, trips } = await connect(quiet);
    const keys = manyKeys();
    const groups = redis.groupByNode(keys);
    expect(groups).toHaveLength(3);
    expect(groups.flat().toSorted((one, other) => one - other)).toEqual(keys.map((_, index) => index));
    for (const group of groups)
      await redis.batch(pick(keys, group).map((key) => ['set', key, `value of ${key}`, 'px', 60_000]));

    for (const server of masters()) await cluster.ask(server, 'config', 'resetstat');
    const before = await trips();
    for (const group of groups)
      expect(await redis.mget(pick(keys, group))).toEqual(pick(keys, group).map((key) => `value of ${key}`));
    expect(await trips()).toBe(before + 3);
    const asked = await Promise.all(
      masters().map(async (server) => {
        const stats = String(await cluster.ask(server, 'info', 'commandstats'));
        return Number(/cmdstat_get:calls=(\d+)/.exec(stats)?.[1]);
      }),
    );
    expect(asked.toSorted()).toEqual(groups.map(({ length }) => length).toSorted());
  });

  it('of several nodes in one batch are answered where they belong, and refused elsewhere: never followed', async () => {
    const { redis } = await connect(quiet);
    const [one, other] = masters().map((server) => keyOn(server));
    const [stored, refused] = await redis.batch([
      ['set', one ?? '', 'x'],
      ['set', other ?? '', 'x'],
    ]);
    expect(stored).toBe('OK');
    expect(refused).toBeInstanceOf(RedisUnavailable);
    expect(String(refused)).toContain('MOVED');
    await expect(redis.mget([one ?? '', other ?? ''])).rejects.toBeInstanceOf(RedisUnavailable);
    expect(redis.state()).toBe('closed');
    expect(await redis.mget([other ?? ''])).toEqual([null]);
  });

  it('can be distrusted by node, and the state told by key', async () => {
    const { redis } = await connect(quiet);
    const [one = '', other = ''] = masters().map((server) => keyOn(server));
    let finish: () => void = () => undefined;
    const owned: [boolean, boolean][] = [];
    redis.beforeReturn({
      run: (_, owns) => {
        owned.push([owns(one), owns(other)]);
        return new Promise((resolve) => (finish = resolve));
      },
      done: () => true,
    });
    const changes: string[] = [];
    redis.onChange((state) => changes.push(state));
    redis.distrust('test', [one]);
    expect([redis.state(), redis.state([one]), redis.state([other])]).toEqual(['open', 'open', 'closed']);
    await expect(redis.mget([one])).rejects.toThrow('the breaker is open');
    expect(await redis.mget([other])).toEqual([null]);
    expect(await redis.batch([['ping']])).toEqual(['PONG']);
    await until(() => owned.length > 0);
    finish();
    expect(await redis.untilUp(5_000)).toBe(true);
    expect(owned).toEqual([[true, false]]);
    expect(changes).toEqual(['open', 'closed']);
  });
});

describe('the identity of a cluster', () => {
  it('is known to every hook of a start, and the same for two gateways with different seeds', async () => {
    const metrics = createMetrics();
    const needs = { role: 'cache', clock: systemClock, metrics, log, settings: {} } as const;
    const seen: (string | undefined)[] = [];
    const clients = [0, 5].map((seed) => {
      const redis = createRedisCluster({ ...needs, urls: cluster.urls.slice(seed, seed + 1) });
      open.push(redis);
      expect(redis.identity()).toBeUndefined();
      redis.beforeReturn({ run: () => Promise.resolve(void seen.push(redis.identity())), done: () => true });
      return redis;
    });
    for (const redis of clients) expect(await redis.untilUp(5_000)).toBe(true);
    expect(seen.length).toBeGreaterThanOrEqual(6);
    expect(new Set(seen)).toEqual(new Set([clients[0]?.identity()]));
    expect(seen[0]).toMatch(/^[0-9a-f]{40}$/);
  });
});

describe('a slot that moves', () => {
  async function migrate(slot: number, key: string, from: ClusterServer, to: ClusterServer) {
    await cluster.ask(to, 'cluster', 'setslot', slot, 'importing', from.id);
    await cluster.ask(from, 'cluster', 'setslot', slot, 'migrating', to.id);
    await cluster.ask(from, 'migrate', '127.0.0.1', to.port, key, 0, 5_000);
  }
  async function settle(slot: number, from: ClusterServer, to: ClusterServer) {
    for (const server of [to, from, ...masters()])
      await cluster.ask(server, 'cluster', 'setslot', slot, 'node', to.id);
  }

  it('is refused until the hooks have run for its new node, then served there', async () => {
    // The patrol sleeps: only a refusal tells of the move, and the blind one does not act upon it.
    const { redis } = await connect({ patrolEveryMs: 3_600_000 });
    const { redis: blind } = await connect(quiet);
    const [from, to] = masters() as [ClusterServer, ClusterServer];
    const key = keyOn(from);
    const slot = slotOf(key);
    await redis.batch([['set', key, 'moved']]);
    const identity = redis.identity();
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const ran: (string | undefined)[] = [];
    redis.beforeReturn({
      async run(_, owns) {
        if (owns(key)) ran.push(redis.identity());
        await gate;
      },
      done: () => true,
    });

    await migrate(slot, key, from, to);
    await expect(blind.mget([key])).rejects.toThrow('ASK');
    await settle(slot, from, to);
    await expect(blind.mget([key])).rejects.toThrow('MOVED');
    await expect(redis.mget([key])).rejects.toBeInstanceOf(RedisUnavailable);
    await until(() => ran.length > 0);
    await expect(redis.mget([key])).rejects.toThrow('the breaker is open');
    release();
    expect(await redis.untilUp(5_000)).toBe(true);
    expect(await redis.mget([key])).toEqual(['moved']);
    expect(ran.at(-1)).toBe(redis.identity());
    expect(redis.identity()).not.toBe(identity);

    const fresh = await connect(quiet);
    expect(fresh.redis.identity()).toBe(redis.identity());
    await migrate(slot, key, to, from);
    await settle(slot, to, from);
  });
});

describe('seeds', () => {
  it('that all refuse leave the start alone, and calls fail at once', async () => {
    const { redis, isUp } = await (async () => {
      const urls = ['redis://127.0.0.1:1', 'redis://127.0.0.1:2'];
      const redis = createRedisCluster({
        urls,
        role: 'cache',
        clock: systemClock,
        metrics: createMetrics(),
        log,
      });
      open.push(redis);
      return { redis, isUp: await redis.untilUp(300) };
    })();
    expect(isUp).toBe(false);
    expect(redis.groupByNode(['a', 'b'])).toEqual([[0, 1]]);
    await expect(redis.mget(['a'])).rejects.toBeInstanceOf(RedisUnavailable);
    await expect(redis.batch([['ping']])).rejects.toBeInstanceOf(RedisUnavailable);
    expect(redis.identity()).toBeUndefined();
  });

  it('may be replicas, or partly dead', async () => {
    const replica = cluster.urls.at(-1) ?? '';
    expect((await connect({}, ['redis://127.0.0.1:1', replica])).isUp).toBe(true);
  });

  it('give their credentials to all servers', async () => {
    const user = ['acl', 'setuser', 'gateway', 'on', '>secret', '~*', '&*', '+@all'] as const;
    for (const server of cluster.servers) await cluster.ask(server, ...user);
    const seed = (cluster.urls[0] ?? '').replace('//', '//gateway:secret@');
    const { redis, isUp } = await connect(quiet, [seed]);
    expect(isUp).toBe(true);
    for (const server of masters())
      expect(await redis.batch([['get', keyOn(server)], ['acl', 'whoami']])).toEqual([null, 'gateway']); // prettier-ignore
    // A replica to which nothing was written yet is not told of.
    expect(redis.urls().length).toBeGreaterThanOrEqual(3);
    for (const url of redis.urls()) expect(url).toContain('//gateway:secret@127.0.0.1:');
    const wrong = await connect(quiet, [seed.replace('secret', 'guess')]).catch(() => undefined);
    expect(wrong?.isUp).toBe(false);
  });
});

describe('a busy process', () => {
  it('keeps every breaker closed while the patrol asks all nodes all the time', async () => {
    const { redis } = await connect({ patrolEveryMs: 1, searchEveryMs: 1 });
    const changes: string[] = [];
    redis.onChange((state) => changes.push(state));
    for (let rounds = 0; rounds < 10; rounds++) {
      const blockUntil = performance.now() + 100;
      while (performance.now() < blockUntil);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(changes).toEqual([]);
  });
});

describe('a subscriber of a cluster', () => {
  it('hears what is published on any node, and goes on to the next when told to', async () => {
    const { redis } = await connect(quiet);
    const channel = crypto.randomUUID();
    const events: string[] = [];
    const subscriber = createSubscriber({ urls: cluster.urls.slice(0, 2), log });
    open.push(subscriber);
    subscriber.subscribe(channel, {
      message: (text) => events.push(text),
      up: () => events.push('up'),
      down: () => events.push('down'),
    });
    const listeners = () =>
      Promise.all(
        cluster.servers.slice(0, 2).map((server) => cluster.ask(server, 'pubsub', 'numsub', channel)),
      );
    await until(() => events.length === 1);
    expect(await listeners()).toEqual([[channel, 1], [channel, 0]]); // prettier-ignore
    for (const server of masters())
      await redis.batch([['get', keyOn(server)], ['publish', channel, 'heard']]); // prettier-ignore
    await until(() => events.length === 4);
    subscriber.reconnect();
    await until(() => events.length === 6);
    expect(events).toEqual(['up', 'heard', 'heard', 'heard', 'down', 'up']);
    expect(await listeners()).toEqual([[channel, 0], [channel, 1]]); // prettier-ignore
  });

  it('hears what is published to one channel in its order', async () => {
    const { redis } = await connect(quiet);
    const channel = crypto.randomUUID();
    const heard: string[] = [];
    const subscriber = createSubscriber({ urls: cluster.urls.slice(0, 1), log });
    open.push(subscriber);
    const isUp = new Promise<void>((up) => {
      subscriber.subscribe(channel, { message: (text) => heard.push(text), up, down: () => undefined });
    });
    await isUp;
    const texts = Array.from({ length: 300 }, (_, index) => String(index));
    await Promise.all(texts.map((text) => redis.batch([['publish', channel, text]])));
    await until(() => heard.length === texts.length);
    expect(heard).toEqual(texts);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
