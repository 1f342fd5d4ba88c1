import type { PubSub, Subscription } from './pubsub.ts';

/**
 * The same, for one stream: what it has subscribed to ends with `signal`. An async generator that waits for its next
 * message cannot be returned from outside; it goes on when its subscription ends, and only then.
 */
export function scopedPubSub(pubsub: PubSub, signal: AbortSignal): PubSub {
  return {
    publish: (channel, text) => pubsub.publish(channel, text),
    async subscribe(channels) {
      const subscription = await pubsub.subscribe(channels);
      closeWith(subscription, signal);
      return subscription;
    },
  };
}

function closeWith(subscription: Subscription, signal: AbortSignal): void {
  if (signal.aborted) subscription.close();
  else signal.addEventListener('abort', () => subscription.close(), { once: true });
}
