/** Lets work on the same thing take turns within this process. Keys are of all domains. */
export interface Turns {
  /** Runs `work` when all that was handed in before it under the same key is over; settles as it does. */
  take<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/**
 * For transactions that queue at one row: waiting in Postgres, each would hold a connection, and a crowd at one row would
 * leave none for all others. Here they wait without one. It saves connections and orders nothing between processes.
 */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    take(key, work) {
      const before = last.get(key) ?? Promise.resolve();
      const turn = before.then(work, work);
      last.set(key, turn);
      const leave = () => {
        if (last.get(key) === turn) last.delete(key);
      };
      turn.then(leave, leave);
      return turn;
    },
  };
}
