/**
 * Which activities are worth a write: the first at once, later ones every so often, and the last one for certain. So the
 * time that is written is never further behind than that, and somebody who is busy costs no more than somebody who is not.
 */
export interface Sampling {
  /** Epoch ms, from a clock that may step. False where there is no room, and nothing is noted. */
  note(id: string, at: number): boolean;
  /** Takes out what is to be written at `now`, epoch ms by id. */
  take(now: number): ReadonlyMap<string, number>;
  /** What could not be written comes again; resolves to how many there was no room for. */
  putBack(times: ReadonlyMap<string, number>): number;
  /** That time is written already. */
  skip(id: string, at: number): void;
}

export interface SamplingSettings {
  /** For each id, from one write to the next. */
  readonly everyMs: number;
  /** Ids that wait to be written, and as many that were written of late; of more, some are written more often. */
  readonly maxEntries: number;
}

interface Recent {
  /** When it was taken, or noted for the first time. */
  readonly since: number;
  readonly written: number;
  last: number;
}

export function createSampling({ everyMs, maxEntries }: SamplingSettings): Sampling {
  const due = new Map<string, number>();
  /** In the order of `since`. */
  const recent = new Map<string, Recent>();

  function remember(id: string, since: number, written: number): void {
    recent.delete(id);
    recent.set(id, { since, written, last: written });
    const [oldest] = recent;
    if (recent.size > maxEntries && oldest !== undefined) forget(...oldest);
  }

  /** Whether something is left to be written of it. */
  function forget(id: string, { written, last }: Recent): boolean {
    recent.delete(id);
    // Even where `due` is full: of those who are in both there are not more than fit.
    if (last > written) due.set(id, Math.max(last, due.get(id) ?? last));
    return last > written;
  }

  function addDue(id: string, at: number): boolean {
    const known = due.get(id);
    if (known === undefined && due.size >= maxEntries) return false;
    due.set(id, Math.max(at, known ?? at));
    return true;
  }

  return {
    note(id, at) {
      const known = recent.get(id);
      if (known !== undefined) {
        known.last = Math.max(known.last, at);
        return true;
      }
      if (!addDue(id, at)) return false;
      remember(id, at, at);
      return true;
    },

    take(now) {
      for (const [id, entry] of recent) {
        // Behind a step back of the clock an entry seems to be from the future.
        if (Math.abs(now - entry.since) < everyMs) break;
        if (forget(id, entry)) remember(id, now, entry.last);
      }
      const taken = new Map(due);
      due.clear();
      return taken;
    },

    putBack(times) {
      let dropped = 0;
      for (const [id, at] of times) if (!addDue(id, at)) dropped += 1;
      return dropped;
    },

    skip(id, at) {
      due.delete(id);
      remember(id, at, at);
    },
  };
}
