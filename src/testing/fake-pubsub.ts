import type { Heard, PubSub, Subscription } from '../pubsub/pubsub.ts';

/** Messages within this process, which may be lost, doubled and reordered as a test wants it. Gateways may share it. */
export interface FakePubSub extends PubSub {
  /** What was published, in order. */
  readonly published: readonly { readonly channel: string; readonly text: string }[];
  /** While true, what is published reaches nobody. */
  isDeaf: boolean;
  /** What becomes of one message: how often, and how many later ones overtake it. Once and in order when not set. */
  fate: () => { readonly times: number; readonly overtakenBy: number };
  /** Tells everybody of a gap. */
  gap(): void;
  /** Ends all subscriptions, as when the clients leave. */
  hangUp(): void;
  readonly listeners: () => number;
  /** Those that somebody listens to, sorted. */
  readonly channels: () => readonly string[];
}

export function createFakePubSub(): FakePubSub {
  const listeners = new Map<Mailbox, ReadonlySet<string>>();
  const published: { readonly channel: string; readonly text: string }[] = [];
  let late: { heard: Heard & { kind: 'message' }; left: number }[] = [];

  function deliver(heard: Heard & { kind: 'message' }): void {
    for (const [mailbox, channels] of listeners) if (channels.has(heard.channel)) mailbox.put(heard);
  }

  const self: FakePubSub = {
    published,
    isDeaf: false,
    fate: () => ({ times: 1, overtakenBy: 0 }),
    publish(channel, text) {
      published.push({ channel, text });
      if (self.isDeaf) return Promise.resolve(false);
      const heard = { kind: 'message', channel, text } as const;
      const { times, overtakenBy } = self.fate();
      for (let time = 0; time < times; time += 1) {
        if (overtakenBy === 0) deliver(heard);
        else late.push({ heard, left: overtakenBy });
      }
      const due = late.filter((one) => (one.left -= 1) < 0);
      late = late.filter((one) => one.left >= 0);
      for (const one of due) deliver(one.heard);
      return Promise.resolve(true);
    },
    subscribe(channels) {
      const mailbox = createMailbox(() => listeners.delete(mailbox));
      listeners.set(mailbox, new Set(channels));
      return Promise.resolve(mailbox);
    },
    gap() {
      for (const mailbox of listeners.keys()) mailbox.put({ kind: 'gap' });
    },
    hangUp() {
      for (const mailbox of [...listeners.keys()]) mailbox.close();
    },
    listeners: () => listeners.size,
    channels: () => [...new Set([...listeners.values()].flatMap((names) => [...names]))].toSorted(),
  };
  return self;
}

interface Mailbox extends Subscription {
  put(heard: Heard): void;
}

function createMailbox(onClose: () => void): Mailbox {
  const queue: Heard[] = [];
  let isClosed = false;
  let wake: () => void = () => undefined;
  return {
    put(heard) {
      queue.push(heard);
      wake();
    },
    close() {
      isClosed = true;
      onClose();
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const next = queue.shift();
        if (isClosed) return;
        if (next !== undefined) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
