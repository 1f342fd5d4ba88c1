import { isLsn, type Lsn } from '../clock/lsn.ts';

/**
 * A tag says what lists depend on beside their own keys. It has a Redis key of its own, `S lsn 16 nonce 20`, and a list
 * is stored with the nonces of its tags. A read fetches both in one MGET: the list is valid while every tag has the very
 * stamp that the list was stored under. Comparing the nonce is enough:
 *
 * 1. A reader takes the stamps (STAMP) before its snapshot, in the round trip of its leases.
 * 2. It loads the list from a server that has replayed the lsn of each stamp.
 * 3. It stores the list with the nonces of step 1.
 *
 * A writer commits, then gives the tag a new nonce and the commit's lsn (TOUCH), then is answered. If TOUCH comes after
 * step 1, the list carries the old nonce and is never valid, wherever its snapshot lay. If it comes before, the snapshot
 * contains the commit, because of step 2. There is nothing in between.
 *
 * A stamp that was flushed or evicted comes back with another nonce: what is lost invalidates, and never validates.
 */
export interface Stamp {
  /** A list must be loaded at or after it. */
  readonly lsn: Lsn;
  readonly nonce: string;
}

/** Undefined for anything that is not a stamp. */
export function readStamp(reply: unknown): Stamp | undefined {
  if (typeof reply !== 'string' || !/^S[0-9a-f]{36}$/.test(reply)) return undefined;
  const lsn = reply.slice(1, 17);
  return isLsn(lsn) ? { lsn, nonce: reply.slice(17) } : undefined;
}
