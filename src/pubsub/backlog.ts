import { SlowSubscriber, type Heard, type Subscription } from './pubsub.ts';

/** How far one subscriber may fall behind. */
export interface BacklogLimits {
  readonly maxMessages: number;
  /** Characters of the texts that wait. They are shared by all who wait for them, but each could be the last who does. */
  readonly maxCharacters: number;
}

/** What one subscriber has heard and not yet read. */
export interface Backlog extends Subscription {
  push(heard: Heard): void;
}

interface Needs {
  readonly limits: BacklogLimits;
  /** Called once, when the reader has left, was ended or was too slow. */
  readonly onEnd: (how: 'closed' | 'slow') => void;
}

/**
 * Holds references to the messages, never copies. Where a message does not fit, everything is dropped at once and the
 * reader ended: a stream with a silent hole would be worse, and nobody waits for the rest.
 */
export function createBacklog({ limits, onEnd }: Needs): Backlog {
  let waiting: Heard[] = [];
  /** Those before it were read; they are cut off together, because shifting moves all that is left. */
  let firstUnread = 0;
  let characters = 0;
  let end: 'closed' | 'slow' | undefined;
  let wake: (() => void) | undefined;

  function finish(how: 'closed' | 'slow'): void {
    if (end !== undefined) return;
    end = how;
    waiting = [];
    firstUnread = 0;
    wake?.();
    onEnd(how);
  }

  function push(heard: Heard): void {
    if (end !== undefined) return;
    const unread = waiting.length - firstUnread;
    if (heard.kind === 'gap' && unread > 0 && waiting.at(-1)?.kind === 'gap') return;
    characters += sizeOf(heard);
    if (unread >= limits.maxMessages || characters > limits.maxCharacters) {
      finish('slow');
      return;
    }
    waiting.push(heard);
    wake?.();
  }

  function take(): Heard | undefined {
    const heard = waiting[firstUnread];
    if (heard === undefined) return undefined;
    characters -= sizeOf(heard);
    firstUnread += 1;
    if (firstUnread === waiting.length) {
      waiting = [];
      firstUnread = 0;
    }
    return heard;
  }

  async function next(): Promise<IteratorResult<Heard, undefined>> {
    for (;;) {
      if (end === 'closed') return { done: true, value: undefined };
      if (end === 'slow') {
        end = 'closed';
        throw new SlowSubscriber();
      }
      const heard = take();
      if (heard !== undefined) return { done: false, value: heard };
      await new Promise<void>((resolve) => (wake = resolve));
      wake = undefined;
    }
  }

  return {
    push,
    close: () => finish('closed'),
    [Symbol.asyncIterator]: () => ({
      next,
      return() {
        finish('closed');
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
}

const sizeOf = (heard: Heard) => (heard.kind === 'message' ? heard.text.length : 0);
