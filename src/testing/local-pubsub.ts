import type { Heard, PubSub, Subscription } from '../pubsub/pubsub.ts';

/** Publishing and subscribing within this process, for gateways that are handed the same one. */
export interface LocalPubSub extends PubSub {
  /** Tells all listeners that they may have missed something. */
  gap(): void;
  /** While it is deaf, what is published is lost. */
  setDeaf(isDeaf: boolean): void;
  /** How many listen now. */
  listeners(): number;
}

export function createLocalPubSub(): LocalPubSub {
  const listeners = new Set<{ readonly channels: readonly string[]; hear(what: Heard): void }>();
  let isDeaf = false;

  function subscribe(channels: readonly string[]): Promise<Subscription> {
    const heard: Heard[] = [];
    let wake = (): void => undefined;
    let isOpen = true;
    const listener = {
      channels,
      hear(what: Heard) {
        heard.push(what);
        wake();
      },
    };
    listeners.add(listener);
    async function* iterate(): AsyncGenerator<Heard> {
      while (isOpen) {
        const next = heard.shift();
        if (next !== undefined) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    }
    return Promise.resolve({
      close() {
        isOpen = false;
        listeners.delete(listener);
        wake();
      },
      [Symbol.asyncIterator]: iterate,
    });
  }

  return {
    publish(channel, text) {
      if (isDeaf) return Promise.resolve(false);
      for (const listener of listeners)
        if (listener.channels.includes(channel)) listener.hear({ kind: 'message', channel, text });
      return Promise.resolve(true);
    },
    subscribe,
    gap() {
      for (const listener of listeners) listener.hear({ kind: 'gap' });
    },
    setDeaf: (deaf) => void (isDeaf = deaf),
    listeners: () => listeners.size,
  };
}
