/**
 * Two counters kept in Postgres and known to every gateway; each is a part of keys, so that raising one makes entries
 * unreachable at once, whatever Redis holds. Strict policies use `strict`, the others `generation`.
 *
 * A gateway learns of a raise by sampling the primary. It may look for strict entries in Redis only under a *licence*: a
 * sample that was begun at most `licenceMs` ago. So a writer that could not mark its keys in Redis raises `strict` in its
 * own transaction and answers `licenceMs` later: by then every gateway has seen the raise or has no licence.
 */
export interface Epochs {
  /** The number to read under; undefined while it was never seen: then nothing is cached. */
  read(counter: Counter): number | undefined;
  /**
   * Numbers that a gateway may be reading under, the latest first: for writers. More than one for `licenceMs` after a
   * change. Brought up to date by every commit before `write` resolves; empty while none was ever seen.
   */
  inUse(counter: Counter): readonly number[];
  /** After this long no gateway reads under a `strict` number that was raised. */
  readonly licenceMs: number;
  /**
   * Raising `generation` raises `strict` too. With `from` only where it is still that number: of several who have noticed the
   * same, one raises it. Rejects where the primary cannot be reached.
   */
  raise(counter: Counter, reason: string, from?: number): Promise<void>;
  /**
   * Says which Redis this gateway talks to. Where any gateway has seen another one last, `strict` is raised: after a
   * failover or a restart Redis may hold what was invalidated. Resolves when the new number is known here. While the
   * gateways disagree, none that disagrees with the last has a licence.
   */
  noteRedis(identity: string): Promise<void>;
}

export type Counter = 'generation' | 'strict';

/** For caches without a database behind them: nothing is ever raised. */
export const fixedEpochs: Epochs = {
  read: () => 1,
  inUse: () => [1],
  licenceMs: 0,
  raise: () => Promise.resolve(),
  noteRedis: () => Promise.resolve(),
};
