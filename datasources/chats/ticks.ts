import type { Cancel, Clock } from '../../src/clock/clock.ts';
import type { Heard, Subscription } from '../../src/pubsub/pubsub.ts';

/** It is time to look, whatever was heard. */
export interface Tick {
  readonly kind: 'tick';
}

/** What is heard, and a tick at the start and then every so often: what is heard does not put it off. Ends with the subscription. */
export async function* withTicks(
  subscription: Subscription,
  everyMs: number,
  clock: Clock,
): AsyncGenerator<Heard | Tick> {
  const source = subscription[Symbol.asyncIterator]();
  const ask = () => {
    const next = source.next();
    // It may fail while a tick is attended to, when nobody waits for it: that is thrown when it is waited for again.
    next.catch(() => undefined);
    return next;
  };
  let tickAt = clock.monotonic();
  for (let next = ask(); ;) {
    const leftMs = tickAt - clock.monotonic();
    const won = leftMs > 0 ? await firstOf(next, leftMs, clock) : undefined;
    if (won === undefined) {
      tickAt = clock.monotonic() + everyMs;
      yield tick;
      continue;
    }
    if (won.done === true) return;
    yield won.value;
    next = ask();
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
