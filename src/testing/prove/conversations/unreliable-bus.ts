import type { RedisPubSub } from '../../../pubsub/redis-pubsub.ts';

/** Of so many notices, one each has one of the fates below. */
const period = 20;

/**
 * A bus that loses, doubles and delays some of what is published: a twentieth each. What is delayed comes behind the next
 * one of the same channel.
 */
export function unreliable(pubsub: RedisPubSub): RedisPubSub {
  const overtaken = new Map<string, string>();
  let count = 0;
  return {
    ...pubsub,
    async publish(channel, text) {
      count += 1;
      const fate = count % period;
      if (fate === 0) return true;
      if (fate === 5 && !overtaken.has(channel)) {
        overtaken.set(channel, text);
        return true;
      }
      const isTaken = await pubsub.publish(channel, text);
      if (fate === 10) await pubsub.publish(channel, text);
      const late = overtaken.get(channel);
      overtaken.delete(channel);
      if (late !== undefined) await pubsub.publish(channel, late);
      return isTaken;
    },
  };
}
