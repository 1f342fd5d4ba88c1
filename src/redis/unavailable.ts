/** Redis was not asked (breaker open) or did not answer in time; whatever was sent may or may not have been done. */
export class RedisUnavailable extends Error {
  override readonly name = 'RedisUnavailable';
}
