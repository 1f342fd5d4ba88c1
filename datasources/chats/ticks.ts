import type { Cancel, Clock } from '../../src/clock/clock.ts';
import type { Heard, Subscription } from '../../src/pubsub/pubsub.ts';

/** Nothing was heard for a while: the start counts as such. */
export interface Tick {
  readonly kind: 'tick';
}

/** What is heard, a tick at the start, and another whenever nothing was heard for so long. Ends with the subscription. */
export async function* withTicks(
  subscription: Subscription,
  quietMs: number,
  clock: Clock,
): AsyncGenerator<Heard | Tick> {
  const source = subscription[Symbol.asyncIterator]();
  yield tick;
  for (let next = source.next(); ;) {
    const won = await firstOf(next, quietMs, clock);
    if (won === undefined) {
      yield tick;
      continue;
    }
    if (won.done === true) return;
    yield won.value;
    next = source.next();
  }
}

const tick: Tick = { kind: 'tick' };

/** Undefined where the time is up first; `next` then goes on, to be waited for again. */
async function firstOf<Value>(next: Promise<Value>, ms: number, clock: Clock): Promise<Value | undefined> {
  let cancel: Cancel = () => undefined;
  const timeUp = new Promise<undefined>((resolve) => {
    cancel = clock.after(ms, () => resolve(undefined));
  });
  try {
    return await Promise.race([next, timeUp]);
  } finally {
    cancel();
  }
}
