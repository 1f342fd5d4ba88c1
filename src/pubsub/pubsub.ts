import { DomainError } from '../errors/domain-error.ts';

/**
 * Tells all gateways at once, and keeps nothing: whoever is away or falls behind misses what was said, and is told of a gap.
 * What must not be missed lies in Postgres; a message only says that it is time to look.
 *
 * A domain's stream is an async generator of its datasource, in this order:
 *
 * 1. `subscribe`, before anything is read: what is written after the read below is then heard.
 * 2. Read from Postgres what came after the item that the client saw last, and yield it.
 * 3. For each message yield its item, unless it was yielded already: it may be older than the read.
 * 4. At a gap do 2 again, from the item that was yielded last.
 *
 * ```ts
 * async function* added(chatId: string, after: string | undefined) {
 *   const subscription = await pubsub.subscribe([`chat:${chatId}`]);
 *   let last = after ?? (await newestId(chatId));
 *   for await (const heard of startingWithGap(subscription)) {
 *     const items = heard.kind === 'gap' ? await itemsAfter(chatId, last) : [parse(heard.text)];
 *     for (const item of items) {
 *       if (item.id <= last) continue;
 *       last = item.id;
 *       yield item;
 *     }
 *   }
 * }
 * ```
 *
 * When the client leaves, the subscription ends and with it the loop: nothing is to be closed. The store of a stream
 * remembers nothing, and each of its reads has a deadline of its own.
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

/** One listener's place in the stream, read once; throws `SlowSubscriber` when it falls too far behind. */
export interface Subscription extends AsyncIterable<Heard> {
  /** Ends the iteration; what was not read yet is dropped. */
  close(): void;
}

export type Heard =
  | { readonly kind: 'message'; readonly channel: string; readonly text: string }
  /** Messages may have been lost before this point. */
  | { readonly kind: 'gap' };

/** What a listener is told that does not keep up. It may begin again, from what it saw last. */
export class SlowSubscriber extends DomainError {
  constructor() {
    super('TOO_SLOW', 'This stream was not read fast enough; subscribe again from the last item seen.');
  }
}

/** A gap first, so that reading what was missed before the subscription is the same as after a gap. */
export async function* startingWithGap(subscription: Subscription): AsyncGenerator<Heard, void> {
  yield { kind: 'gap' };
  yield* subscription;
}
