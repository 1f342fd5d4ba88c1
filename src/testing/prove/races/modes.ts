/** What protects the entry, and what befalls it. */
export interface Mode {
  readonly lease: boolean;
  readonly fence: boolean;
  /** Writers of strict policies mark the entry before they commit, and readers fill from the primary. */
  readonly strict: boolean;
  readonly marks: boolean;
  /** Part of the invalidations that is thrown away; as many writers die between commit and invalidation. */
  readonly loss: number;
  /** Floors rise with a flush, and only what is older than a replica's greatest lag is evicted. */
  readonly notices: boolean;
}

const full: Mode = { lease: true, fence: true, strict: false, marks: false, loss: 0, notices: true };
const strictWithLoss: Mode = { ...full, strict: true, marks: true, loss: 0.3 };

/** Those that are promised to be never stale, each with what must be stale at times for the promise to mean something. */
export const modes = {
  naive: { ...full, lease: false, fence: false },
  leaseWithoutFence: { ...full, fence: false },
  full,
  strictWithLoss,
} satisfies Record<string, Mode>;

export type ModeName = keyof typeof modes;

/** Further controls. */
export const unprotected = {
  /** Flushes that no gateway notices, and evictions of what was written a moment ago. */
  fullUnnoticed: { ...full, notices: false },
  strictWithoutMarks: { ...strictWithLoss, marks: false },
} satisfies Record<string, Mode>;
