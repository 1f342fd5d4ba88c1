import { describe, expect, it } from 'vitest';
import { openCandidate, unique, watch, type Candidate } from './candidate.conformance.ts';

/** The contract of `Subscriber`, for whatever kind of servers stands behind it. */
export function subscriberContract(candidate: Candidate): void {
  const { connect, listen } = openCandidate(candidate);

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
