import type { Lsn } from '../clock/lsn.ts';

/** Where a primary was, and when it was seen there, in monotonic milliseconds. */
export interface Seen {
  readonly at: number;
  readonly lsn: Lsn;
}

/** For how long a replica has lacked something that the primary had. */
export interface Lag {
  /**
   * Milliseconds at `now`, 0 where it lacks nothing. `history` tells where the primary was of late, the oldest first; what a
   * replica was found to lack is remembered past it, so that one that stands still is behind for as long as it does.
   */
  of(position: Lsn, history: readonly Seen[], now: number): number;
  /** The primary is another one: positions of the last one say nothing. */
  forget(): void;
}

/** Of one replica. No server is asked: a replica that is cut off from the primary believes that it lacks nothing. */
export function createLag(): Lag {
  let lacking: Seen | undefined;
  return {
    of(position, history, now) {
      if (lacking === undefined || lacking.lsn <= position)
        lacking = history.find(({ lsn }) => lsn > position);
      return lacking === undefined ? 0 : now - lacking.at;
    },
    forget: () => void (lacking = undefined),
  };
}
