/** `+`: a sum; `>`: the largest value. */
export type Kind = '+' | '>';

export interface Entry {
  readonly kind: Kind;
  readonly field: string;
  readonly value: number;
}

/** What this process has noted and Redis has not taken yet: one number for each field, so bounded by the fields. */
export interface Noted {
  /** False where there is no room for another field: then nothing is noted. */
  note(entry: Entry): boolean;
  /** Takes out at most so many, oldest first. */
  take(most: number): readonly Entry[];
  size(): number;
}

/** `room` tells how many fields there may be at this moment. */
export function createNoted(room: () => number): Noted {
  const entries = new Map<string, Entry>();
  return {
    note(entry) {
      const key = entry.kind + entry.field;
      const known = entries.get(key);
      if (known === undefined && entries.size >= room()) return false;
      entries.set(key, known === undefined ? entry : { ...entry, value: joined(known, entry) });
      return true;
    },
    take(most) {
      const taken = [...entries].slice(0, most);
      for (const [key] of taken) entries.delete(key);
      return taken.map(([, entry]) => entry);
    },
    size: () => entries.size,
  };
}

function joined(known: Entry, entry: Entry): number {
  return entry.kind === '+' ? known.value + entry.value : Math.max(known.value, entry.value);
}
