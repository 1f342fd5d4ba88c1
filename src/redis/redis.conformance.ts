import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock, type Clock } from '../clock/clock.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { openCandidate, unique, watch, type Candidate } from './candidate.conformance.ts';
import { defineScript } from './script.ts';
import { RedisUnavailable } from './unavailable.ts';

const log = createLog({ level: 'silent' });
const script = (body: string) => defineScript({ name: 'test', keys: 1, lua: `-- ${unique()}\n${body}` });
/** What was asked for in this turn of the loop is on its way. */
const sent = () => new Promise((resolve) => setImmediate(resolve));
const blockFor = (ms: number) => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

/** The contract of `Redis`, for whatever kind of servers stands behind it. */
export function redisContract(candidate: Candidate): void {
  const { connect, listen } = openCandidate(candidate);

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
      const redis = candidate.open({
        urls: ['redis://127.0.0.1:1'],
        role: 'state',
        clock: systemClock,
        metrics: createMetrics(),
        log,
      });
      onTestFinished(() => redis.close());
      expect(performance.now() - startedAt).toBeLessThan(50);
      await expect(redis.mget(['x'])).rejects.toBeInstanceOf(RedisUnavailable);
      expect(await redis.untilUp(50)).toBe(false);
    });
  });
}
