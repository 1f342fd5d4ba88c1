/** What a proof has opened. */
export interface Resources {
  /** Opens something that `close` of these resources closes; while it is being opened, they wait for it. */
  open<T>(make: () => Promise<T>, close: (opened: T) => Promise<unknown>): Promise<T>;
  /** Closes everything, the last first; a failure does not keep the rest from being closed. Safe to call twice. */
  close(): Promise<void>;
}

export function createResources(): Resources {
  const closers: (() => Promise<unknown>)[] = [];
  let closing: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of closers.toReversed()) {
      await close().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw new AggregateError(failures, 'something was left behind');
  }

  return {
    async open(make, close) {
      if (closing !== undefined) throw new Error('the proof is over');
      const opening = make();
      // What failed to open has nothing to close.
      closers.push(() => opening.then(close, () => undefined));
      return opening;
    },
    close: () => (closing ??= closeAll()),
  };
}
