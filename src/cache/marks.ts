import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Epochs } from './epochs.ts';
import type { Keyspace } from './keyspace.ts';
import type { CacheKey } from './policy.ts';
import type { SharedTier } from './shared-tier.ts';

/** A writer's claim on the strict entries that it is about to change. */
export interface Mark {
  /** Names the claim; '' where nothing was claimed. */
  readonly token: string;
  /** False when some entry could not be claimed: the transaction must then raise the strict epoch. */
  readonly complete: boolean;
  /** For so long after the commit the write is not to be acknowledged; ms, 0 where complete. */
  readonly answerAfterMs: number;
}

export interface Marks {
  readonly mark: (changed: readonly CacheKey[]) => Promise<Mark>;
  readonly unmark: (mark: Mark, changed: readonly CacheKey[]) => Promise<void>;
}

interface Needs {
  readonly shared: SharedTier;
  readonly keyspace: Keyspace;
  readonly epochs: Epochs;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly nextToken: () => string;
  readonly enabled: boolean;
}

/** With more, a change of epochs runs away, and marking under all of them would cost more than it saves. */
const maxEpochs = 4;
/** Beyond the licence, because no two clocks run at the same rate. */
const slack = 1.1;

const nothing: Mark = { token: '', complete: true, answerAfterMs: 0 };

/**
 * Strict entries are claimed before COMMIT, because afterwards it may be too late:
 *
 * 1. A writer commits and dies, or is cut off from Redis, before it has invalidated.
 * 2. A reader on another gateway finds the old value in Redis. Nothing there tells it of step 1.
 *
 * A claim made before step 1 sends the reader to the primary until the writer takes it away, or for its life. Where
 * it cannot be made, the transaction raises the strict epoch instead, and the answer waits until no gateway reads under the
 * old one any more.
 */
export function createMarks({ shared, keyspace, epochs, metrics, log, nextToken, enabled }: Needs): Marks {
  const entriesOf = (changed: readonly CacheKey[]) => [
    ...new Set(strictOf(changed).flatMap(({ policy, id }) => keyspace.entriesInUse(policy, id))),
  ];

  async function mark(changed: readonly CacheKey[]): Promise<Mark> {
    const strict = strictOf(changed);
    if (!enabled || strict.length === 0) return nothing;
    const token = nextToken();
    const reason = await whyIncomplete(strict, token);
    if (reason === undefined) return { token, complete: true, answerAfterMs: 0 };
    for (const { policy } of strict)
      metrics.cacheInvalidations.inc({ policy: policy.name, outcome: 'not_marked' });
    log.warn({ reason, keys: strict.length }, 'a write could not be marked: it raises the strict epoch');
    return { token, complete: false, answerAfterMs: Math.ceil(epochs.licenceMs * slack) };
  }

  async function whyIncomplete(strict: readonly CacheKey[], token: string): Promise<string | undefined> {
    const inUse = epochs.inUse('strict').length;
    if (inUse === 0 || inUse > maxEpochs) return `${inUse} strict epochs are in use`;
    // Whoever has no licence may be looking at another Redis than the readers do, or know of no epoch but old ones.
    if (strict.some(({ policy }) => keyspace.entries(policy) === undefined)) return 'no licence';
    const failed = await shared.mark(entriesOf(strict), token);
    return failed.length === 0 ? undefined : `Redis did not take ${failed.length} marks`;
  }

  async function unmark({ token }: Mark, changed: readonly CacheKey[]): Promise<void> {
    const entryKeys = entriesOf(changed);
    if (token !== '' && entryKeys.length > 0) await shared.unmark(entryKeys, token);
  }

  return { mark, unmark };
}

const strictOf = (changed: readonly CacheKey[]) => changed.filter(({ policy }) => policy.strict);
