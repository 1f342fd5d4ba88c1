/** Somebody has come or gone. */
export interface Change {
  readonly id: string;
  readonly isHere: boolean;
}

/** One listener's stream of changes. `return` ends it at once, also while it waits. */
export type Following = AsyncIterableIterator<Change>;

export interface Follower {
  readonly stream: Following;
  readonly tell: (change: Change) => void;
  readonly end: () => void;
}

/**
 * Keeps for each id at most one change that was not taken yet, and none where somebody came and went meanwhile: a listener
 * that stalls costs no more than its ids, and hears in the end how things stand.
 */
export function createFollower(onEnd: () => void): Follower {
  const untold = new Map<string, Change>();
  const waiting: ((result: IteratorResult<Change>) => void)[] = [];
  let isOver = false;
  const over = { value: undefined, done: true } as const;

  function tell(change: Change): void {
    if (isOver) return;
    const next = waiting.shift();
    if (next !== undefined) next({ value: change, done: false });
    // The same one changed back.
    else if (!untold.delete(change.id)) untold.set(change.id, change);
  }

  function end(): void {
    if (isOver) return;
    isOver = true;
    untold.clear();
    for (const resolve of waiting.splice(0)) resolve(over);
    onEnd();
  }

  const stream: Following = {
    next() {
      if (isOver) return Promise.resolve(over);
      const [change] = untold.values();
      if (change === undefined) return new Promise((resolve) => void waiting.push(resolve));
      untold.delete(change.id);
      return Promise.resolve({ value: change, done: false });
    },
    return() {
      end();
      return Promise.resolve(over);
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return { stream, tell, end };
}
