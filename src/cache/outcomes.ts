/** What a key that is looked for can come to, in each tier; the label `outcome` of `gateway_cache_reads_total`. */
export const readOutcomes = {
  hit: 'the value was there',
  absent: '“no such row” was there',
  joined: 'shares a load that is under way in this process',
  miss: 'nothing there, or a fence',
  stale: 'past its freshness, and answered while one reader refreshes it',
  stale_error: 'past its grace, and answered because the source failed',
  expired: 'past its freshness, and not answered',
  untagged: 'stored under another stamp of one of its tags, or one that is lost',
  corrupt: 'bytes that no gateway of this version wrote',
  dirty: 'a writer is about to commit: read past the cache',
  busy: 'another reader held the lease to the end: read past the cache',
  unavailable: 'Redis cannot be asked',
  loaded: 'read from the source under a lease',
  uncached: 'read from the source, to be stored nowhere',
  failed: 'the source failed',
  abandoned: 'not read to the end, because nobody waited for it any more',
  refreshed: 'read behind an answer that was stale or close to its end',
  refresh_failed: 'the source failed behind such an answer',
} as const;
export type ReadOutcome = keyof typeof readOutcomes;

/** How a lease or a claim can end; the label `outcome` of `gateway_cache_fills_total`. */
export const fillOutcomes = {
  stored: 'Redis holds the value',
  refused: 'somebody wrote, or the lease was lost, since the read began',
  failed: 'Redis did not answer',
  load_failed: 'the source failed',
  abandoned: 'nobody waited for the load any more',
  from_replica: 'strict, and the primary could not be asked',
  not_stamped: 'a tag had no stamp',
  not_kept: 'the policy gives it no time',
  not_encodable: 'the codec threw',
  too_large: 'longer than is stored',
} as const;
export type FillOutcome = keyof typeof fillOutcomes;

/** What can come of a changed key; the label `outcome` of `gateway_cache_invalidations_total`. */
export const invalidationOutcomes = {
  fenced: 'Redis holds nothing older',
  queued: 'waits until Redis returns; it is not read before',
  overflow: 'too many wait: all entries are given up',
  not_marked: 'could not be claimed before the commit: the strict epoch was raised',
} as const;
export type InvalidationOutcome = keyof typeof invalidationOutcomes;
