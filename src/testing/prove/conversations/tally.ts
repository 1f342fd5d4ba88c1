/** What became of messages on their way to clients. */
export interface Tally {
  readonly received: number;
  readonly lost: number;
  /** Came once more; each time counts. */
  readonly doubled: number;
  /** Came for the first time behind one that was sent later. */
  readonly late: number;
  /** Came, and are not stored. */
  readonly strange: number;
}

export const nothing: Tally = { received: 0, lost: 0, doubled: 0, late: 0, strange: 0 };

/** Compares what one client received of one chat with what is stored; both are ids, in order. */
export function tallyOf(received: readonly string[], stored: readonly string[]): Tally {
  const places = new Map(stored.map((id, place) => [id, place]));
  const seen = new Set<string>();
  let [doubled, late, strange, furthest] = [0, 0, 0, -1];
  for (const id of received) {
    const place = places.get(id);
    if (place === undefined) strange += 1;
    else if (seen.has(id)) doubled += 1;
    else {
      if (place < furthest) late += 1;
      furthest = Math.max(furthest, place);
      seen.add(id);
    }
  }
  return { received: received.length, lost: stored.length - seen.size, doubled, late, strange };
}

export const sumOf = (tallies: readonly Tally[]): Tally =>
  tallies.reduce(
    (sum, one) => ({
      received: sum.received + one.received,
      lost: sum.lost + one.lost,
      doubled: sum.doubled + one.doubled,
      late: sum.late + one.late,
      strange: sum.strange + one.strange,
    }),
    nothing,
  );

export const isExact = ({ lost, doubled, late, strange }: Tally): boolean =>
  lost + doubled + late + strange === 0;
