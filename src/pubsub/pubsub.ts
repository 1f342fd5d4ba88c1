/**
 * Tells all gateways at once, and keeps nothing: whoever is away or falls behind misses what was said, and is told of a gap.
 * What must not be missed lies in Postgres; a message only says that it is time to look.
 */
export interface PubSub {
  /** Resolves to whether Redis took it. Never rejects: the change it tells of stands already. */
  publish(channel: string, text: string): Promise<boolean>;
  /**
   * Resolves once nothing that is published from now on is missed without a gap. Rejects with `UPSTREAM_UNAVAILABLE`
   * where that takes too long.
   */
  subscribe(channels: readonly string[]): Promise<Subscription>;
}

/** One listener's place in the stream; ends with `SlowSubscriber` when it falls too far behind. */
export interface Subscription extends AsyncIterable<Heard> {
  /** Ends the iteration. */
  close(): void;
}

export type Heard =
  | { readonly kind: 'message'; readonly channel: string; readonly text: string }
  /** Messages may have been lost before this point. */
  | { readonly kind: 'gap' };
