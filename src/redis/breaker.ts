import type { Cancel, Clock } from '../clock/clock.ts';

export type BreakerState = 'closed' | 'open';

/** Work that must be complete before anyone is let through again. */
export interface ReturnHook {
  /** Rejects when it could not be done; the breaker then stays open and tries again. */
  readonly run: () => Promise<void>;
  /** False when new work has arrived while `run` was busy. */
  readonly done: () => boolean;
}

export interface Breaker {
  readonly state: () => BreakerState;
  /** Refuses calls from now on, and looks in the background for Redis to return. */
  readonly open: (reason: string) => void;
  /** As `open`; an attempt to return that is under way begins anew, because it looked at a server that is not the one now. */
  readonly reopen: (reason: string) => void;
  /** Tries at once instead of at the next interval. */
  hint(): void;
  readonly onChange: (listener: (state: BreakerState, reason: string) => void) => Cancel;
  beforeReturn(hook: ReturnHook): void;
  stop(): void;
}

interface BreakerOptions {
  readonly clock: Clock;
  /** Resolves when the server answers. Must have a deadline of its own. */
  readonly probe: () => Promise<void>;
  readonly probeEveryMs: number;
}

/**
 * Open at first, until one probe was answered: a start without Redis is an outage like any other. One failure opens it,
 * because a false alarm costs one probe (about a round trip), while a second failure would cost a deadline.
 */
export function createBreaker({ clock, probe, probeEveryMs }: BreakerOptions): Breaker {
  const listeners = new Set<(state: BreakerState, reason: string) => void>();
  const hooks: ReturnHook[] = [];
  let state: BreakerState = 'open';
  let stopped = false;
  let probing = false;
  let reopened = 0;
  let cancelNext: Cancel = clock.after(0, tryToReturn);

  function change(next: BreakerState, reason: string): void {
    state = next;
    for (const listener of listeners) listener(next, reason);
  }

  function tryToReturn(): void {
    cancelNext();
    if (probing || stopped || state === 'closed') return;
    probing = true;
    attempt().then(
      () => (probing = false),
      () => {
        probing = false;
        if (!stopped) cancelNext = clock.after(probeEveryMs, tryToReturn);
      },
    );
  }

  async function attempt(): Promise<void> {
    const before = reopened;
    await probe();
    // 1. A hook replays what is queued.  2. Meanwhile an invalidation finds the breaker open and is queued.
    // 3. Closing now would let readers see what it was to evict. So all hooks must be done in the same turn as the closing.
    do {
      for (const hook of hooks) await hook.run();
    } while (hooks.some((hook) => !hook.done()));
    // 1. The probe notes a server.  2. Its connection breaks and the next one leads to another server.  3. The hooks end well.
    // They ran for the first server; closing now would let readers see the second.
    if (reopened !== before) throw new Error('another server may have taken its place');
    if (!stopped) change('closed', 'Redis answers');
  }

  function open(reason: string): void {
    if (state === 'open' || stopped) return;
    change('open', reason);
    cancelNext();
    cancelNext = clock.after(0, tryToReturn);
  }

  return {
    state: () => state,
    open,
    reopen(reason) {
      reopened++;
      open(reason);
    },
    hint: tryToReturn,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    beforeReturn: (hook) => void hooks.push(hook),
    stop() {
      stopped = true;
      cancelNext();
    },
  };
}
