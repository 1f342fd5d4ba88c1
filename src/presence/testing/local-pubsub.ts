import type { Heard, PubSub, Subscription } from '../../pubsub/pubsub.ts';

/** A bus within the process, with faults. Several gateways of a test may share it. */
export interface LocalPubSub extends PubSub {
  /** What was published, in order. */
  readonly published: readonly { readonly channel: string; readonly text: string }[];
  /** Channels that somebody listens to now. */
  channels(): readonly string[];
  /** While true, what is published reaches nobody. */
  deaf: boolean;
  /** Ends every subscription, as when its listener was too slow. */
  endAll(): void;
  /** Tells every listener that it may have missed something. */
  gap(): void;
}

export function createLocalPubSub(): LocalPubSub {
  const published: { readonly channel: string; readonly text: string }[] = [];
  const open = new Set<{
    readonly channels: readonly string[];
    hear(heard: Heard): void;
    close(): void;
  }>();

  return {
    published,
    deaf: false,
    channels: () => [...new Set([...open].flatMap(({ channels }) => channels))].sort(),
    publish(channel, text) {
      published.push({ channel, text });
      if (!this.deaf)
        for (const each of open)
          if (each.channels.includes(channel)) each.hear({ kind: 'message', channel, text });
      return Promise.resolve(!this.deaf);
    },
    endAll() {
      for (const each of open) each.close();
    },
    gap() {
      for (const each of open) each.hear({ kind: 'gap' });
    },
    subscribe(channels) {
      const queue: Heard[] = [];
      let wake: () => void = () => undefined;
      let isClosed = false;
      const close = () => {
        isClosed = true;
        open.delete(place);
        wake();
      };
      const place = {
        channels,
        close,
        hear(heard: Heard) {
          queue.push(heard);
          wake();
        },
      };
      open.add(place);
      const iterator: AsyncIterator<Heard> = {
        async next() {
          for (;;) {
            if (isClosed) return { value: undefined, done: true };
            const heard = queue.shift();
            if (heard !== undefined) return { value: heard, done: false };
            await new Promise<void>((resolve) => (wake = resolve));
          }
        },
        return() {
          close();
          return Promise.resolve({ value: undefined, done: true });
        },
      };
      const subscription: Subscription = { close, [Symbol.asyncIterator]: () => iterator };
      return Promise.resolve(subscription);
    },
  };
}
