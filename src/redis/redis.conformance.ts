import { afterEach, describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../clock/clock.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import type { Redis, RedisNeeds, RedisSettings } from './redis.ts';
import { defineScript } from './script.ts';
import { createSubscriber, type Subscriber } from './subscriber.ts';
import { RedisUnavailable } from './unavailable.ts';

const log = createLog({ level: 'silent' });

/** What is put to the contract. */
export interface Candidate {
  readonly urls: () => readonly string[];
  readonly open: (needs: Omit<RedisNeeds, 'url'> & { readonly urls: readonly string[] }) => Redis;
}

interface Options {
  readonly clock?: Clock;
  readonly settings?: Partial<RedisSettings>;
}

/** A channel and the events on it; `next` resolves with the one that comes next. */
function watch(subscriber: Subscriber, channel: string) {
  const events: string[] = [];
  let wake: () => void = () => undefined;
  const push = (event: string) => {
    events.push(event);
    wake();
  };
  subscriber.subscribe(channel, {
    message: (text) => push(text),
    up: () => push('up'),
    down: () => push('down'),
  });
  return {
    events,
    async until(count: number) {
      while (events.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return events;
    },
  };
}

/** In braces, so that whatever begins with it has one slot. */
const unique = () => `{test-${crypto.randomUUID()}}`;
const script = (body: string) => defineScript({ name: 'test', keys: 1, lua: `-- ${unique()}\n${body}` });
/** What was asked for in this turn of the loop is on its way. */
const sent = () => new Promise((resolve) => setImmediate(resolve));
const blockFor = (ms: number) => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

/** The contract of `Redis` and `Subscriber`, for whatever kind of servers stands behind them. */
export function redisContract({ urls, open: openRedis }: Candidate): void {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  async function connect({ clock = systemClock, settings = {} }: Options = {}) {
    const metrics = createMetrics();
    const redis = openRedis({ urls: urls(), role: 'cache', clock, metrics, log, settings });
    open.push(redis);
    expect(await redis.untilUp(5_000)).toBe(true);
    const trips = async () => (await metrics.redisRoundTrips.get()).values[0]?.value ?? 0;
    const isOpen = async () => (await metrics.redisBreakerOpen.get()).values.some(({ value }) => value === 1);
    return { redis, trips, isOpen };
  }

  function listen(): Subscriber {
    const subscriber = createSubscriber({ urls: urls(), log });
    open.push(subscriber);
    return subscriber;
  }

  describe('a batch', () => {
    it('is one round trip, with replies in order and refusals among them', async () => {
      const { redis, trips } = await connect();
      const key = unique();
      const before = await trips();
      const replies = await redis.batch([
        ['set', key, 'x', 'px', 1_000],
        ['lpush', key, 'y'],
        ['get', key],
        ['exists', key, `${key}2`],
      ]);
      expect(replies.map(String)).toEqual(['OK', expect.stringContaining('WRONGTYPE'), 'x', '1']);
      expect(replies[1]).toBeInstanceOf(Error);
      expect(await trips()).toBe(before + 1);
      expect(redis.state()).toBe('closed');
      expect(await redis.batch([])).toEqual([]);
    });

    it('shares its round trip with the others of its turn, each with its own replies and refusals', async () => {
      const { redis, trips } = await connect();
      const key = unique();
      const before = await trips();
      const [written, refused, read, none] = await Promise.all([
        redis.batch([['set', key, 'x', 'px', 1_000]]),
        redis.batch([
          ['lpush', key, 'y'],
          ['append', key, 'z'],
        ]),
        redis.mget([key, `${key}2`]),
        redis.batch([]),
      ]);
      expect([written, refused.map(String)]).toEqual([['OK'], [expect.stringContaining('WRONGTYPE'), '2']]);
      expect([read, none]).toEqual([['xz', null], []]);
      expect(await trips()).toBe(before + 1);
    });

    it('sends again what the server has lost, and nothing else of its turn', async () => {
      const { redis, trips } = await connect();
      const key = unique();
      const append = script(`return redis.call('APPEND', KEYS[1], ARGV[1])`);
      const before = await trips();
      await Promise.all([
        redis.batch([[append, key, 'a']]),
        redis.batch([['append', key, 'b']]),
        redis.batch([[append, key, 'c']]),
      ]);
      expect(await trips()).toBe(before + 2);
      expect(await redis.mget([key])).toEqual(['bac']);
      await redis.batch([['del', key]]);
    });

    it('answers each caller of a script that takes any number of keys with its own, lost or not', async () => {
      const { redis, trips } = await connect();
      const key = unique();
      const lua = `-- ${key}
        local replies = {}
        for index, key in ipairs(KEYS) do replies[index] = ARGV[index] .. '@' .. key end
        return replies`;
      const say = defineScript({ name: 'test', keys: 1, perKey: true, lua });
      const ask = () => Promise.all(['a', 'b'].map((text) => redis.batch([[say, key + text, text]])));
      const before = await trips();
      expect(await ask()).toEqual([[`a@${key}a`], [`b@${key}b`]]);
      expect(await ask()).toEqual([[`a@${key}a`], [`b@${key}b`]]);
      expect(await trips()).toBe(before + 3);
    });

    it('that waits for its turn to end is refused, and not sent, when the breaker opens in it', async () => {
      const { redis, trips } = await connect();
      const key = unique();
      const before = await trips();
      const waiting = redis.batch([['set', key, 'x', 'px', 1_000]]);
      redis.distrust('test');
      await expect(waiting).rejects.toThrow('the breaker is open');
      expect(await trips()).toBe(before);
      expect(await redis.untilUp(2_000)).toBe(true);
      expect(await redis.mget([key])).toEqual([null]);
    });

    it('reads many keys, null where there is none', async () => {
      const { redis } = await connect();
      const key = unique();
      await redis.batch([['set', key, 'x', 'px', 1_000]]);
      expect(await redis.mget([`${key}0`, key])).toEqual([null, 'x']);
      expect(await redis.mget([])).toEqual([]);
    });

    it('sends a script in full only where the server has lost it, and nothing else twice', async () => {
      const { redis, trips } = await connect();
      const key = unique();
      const append = script(`return redis.call('APPEND', KEYS[1], ARGV[1])`);
      const before = await trips();
      const commands = [
        [append, key, 'a'],
        ['append', key, 'b'],
        [append, key, 'c'],
      ] as const;
      await redis.batch(commands);
      expect(await trips()).toBe(before + 2);
      expect(await redis.mget([key])).toEqual(['bac']);
      await redis.batch(commands);
      expect(await trips()).toBe(before + 4);
      expect(await redis.mget([key])).toEqual(['bacabc']);
      await redis.batch([['del', key]]);
    });

    it('announces again what was announced before the script in front of it was done', async () => {
      const { redis } = await connect();
      const channel = unique();
      const seen = watch(listen(), channel);
      await seen.until(1);
      await redis.batch([
        [script('return 1'), channel],
        ['publish', channel, 'done'],
      ]);
      expect(await seen.until(3)).toEqual(['up', 'done', 'done']);
    });
  });

  describe('the deadline', () => {
    it('rejects, opens the breaker, and calls are then refused without being sent', async () => {
      const { redis, trips, isOpen } = await connect({ settings: { deadlineMs: 20 } });
      const sleeping = redis.batch([
        ['eval', 'local n = 0 for i = 1, 3e7 do n = n + i end return n', 1, 'x'],
      ]);
      await expect(sleeping).rejects.toBeInstanceOf(RedisUnavailable);
      expect(await isOpen()).toBe(true);
      const before = await trips();
      const startedAt = performance.now();
      for (let calls = 0; calls < 1_000; calls++) await redis.mget(['x']).catch(() => undefined);
      expect((performance.now() - startedAt) / 1_000).toBeLessThan(1);
      expect(await trips()).toBe(before);
      expect(await redis.untilUp(2_000)).toBe(true);
    });

    /** The reply lies in the socket's buffer when the timer fires. */
    async function busyProcess(clock: Clock): Promise<string> {
      const { redis } = await connect({ clock });
      const reply = redis.batch([['ping']]).then(String, () => 'timeout');
      await sent();
      blockFor(150);
      return reply;
    }

    it('does not count a reply that only a busy process has not read yet', async () => {
      expect(await busyProcess(systemClock)).toBe('PONG');
    });

    it('would count it without the extra turn of the loop: the control', async () => {
      expect(await busyProcess({ ...systemClock, afterPoll: () => Promise.resolve() })).toBe('timeout');
    });
  });

  describe('the breaker over a real server', () => {
    it('that was told to distrust lets nobody pass until the hook is done', async () => {
      const { redis } = await connect();
      const key = unique();
      const order: string[] = [];
      redis.beforeReturn({
        async run(batch, owns) {
          if (!owns(key)) return;
          await expect(redis.mget([key])).rejects.toThrow('the breaker is open');
          order.push(String(await batch([['set', key, 'replayed', 'px', 1_000]])));
        },
        done: () => true,
      });
      redis.onChange((state) => order.push(state));
      redis.distrust('test');
      expect(await redis.untilUp(2_000)).toBe(true);
      expect(order).toEqual(['open', 'OK', 'closed']);
      expect(await redis.mget([key])).toEqual(['replayed']);
    });

    it('is open from the start where nobody listens, and the start does not wait', async () => {
      const startedAt = performance.now();
      const redis = openRedis({
        urls: ['redis://127.0.0.1:1'],
        role: 'state',
        clock: systemClock,
        metrics: createMetrics(),
        log,
      });
      open.push(redis);
      expect(performance.now() - startedAt).toBeLessThan(50);
      await expect(redis.mget(['x'])).rejects.toBeInstanceOf(RedisUnavailable);
      expect(await redis.untilUp(50)).toBe(false);
    });
  });

  describe('a subscriber', () => {
    it('hears everything from up to down, and subscribes again by itself', async () => {
      const { redis } = await connect();
      const channel = unique();
      const subscriber = listen();
      const seen = watch(subscriber, channel);
      await seen.until(1);
      await redis.batch([['publish', channel, 'one']]);
      await seen.until(2);
      subscriber.reconnect();
      await seen.until(4);
      await redis.batch([['publish', channel, 'two']]);
      expect(await seen.until(5)).toEqual(['up', 'one', 'down', 'up', 'two']);
    });

    it('serves several channels, also those added later, and each listener until it leaves', async () => {
      const { redis } = await connect();
      const [first, second] = [unique(), unique()];
      const subscriber = listen();
      const seenFirst = watch(subscriber, first);
      await seenFirst.until(1);
      const seenSecond = watch(subscriber, second);
      await seenSecond.until(1);
      const leave = subscriber.subscribe(first, {
        message: () => expect.unreachable(),
        up: () => undefined,
        down: () => undefined,
      });
      leave();
      await redis.batch([
        ['publish', first, 'a'],
        ['publish', second, 'b'],
      ]);
      expect([await seenFirst.until(2), await seenSecond.until(2)]).toEqual([
        ['up', 'a'],
        ['up', 'b'],
      ]);
    });
  });
}
