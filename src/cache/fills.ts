import { asError } from '../errors/as-error.ts';
import type { Lsn } from '../clock/lsn.ts';
import type { Random } from '../clock/random.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Background } from './background.ts';
import {
  encodePayload,
  maxStamps,
  noRowVersion,
  toRowVersion,
  type Encoded,
  type EntryState,
} from './entry.ts';
import { afterlifeOf } from './freshness.ts';
import type { FillOutcome } from './outcomes.ts';
import type { CachePolicy } from './policy.ts';
import type { CacheSettings } from './settings.ts';
import type { Outcome, SharedTier } from './shared-tier.ts';
import type { Wanted } from './wanted.ts';

/** Brings what was loaded to Redis, behind the response, and ends what was held there for it. */
export interface Fills {
  /** Returns at once, with the state that each entry is to have, by its id. */
  fill<Key, Value>(filling: Filling<Key, Value>): ReadonlyMap<string, EntryState>;
  /** What is to be stored of a value, or why it is not to be stored. */
  encode<Key, Value>(
    policy: CachePolicy<Key, Value>,
    value: Value | undefined,
    loaded: Load,
  ): Encoded | NotStored;
  release(
    policy: string,
    token: string,
    held: readonly Held[],
    why: Extract<FillOutcome, 'load_failed' | 'abandoned'>,
  ): void;
}

type NotStored = Extract<FillOutcome, 'not_kept' | 'not_encodable' | 'too_large'>;
type Held = Pick<Wanted<never, never>, 'entryKey' | 'hold'>;

/** When and how a value was loaded; `startedAt` in epoch ms. */
interface Load {
  readonly startedAt: number;
  readonly loadMs: number;
  readonly stamps?: readonly string[];
}

export interface Filling<Key, Value> {
  readonly policy: CachePolicy<Key, Value>;
  readonly token: string;
  readonly held: readonly Wanted<Key, Value>[];
  readonly byId: ReadonlyMap<string, Value>;
  /** Undefined when the primary answered: then the fence that the key was leased under is the label. */
  readonly replayed: Lsn | undefined;
  /** Epoch ms before the statement: freshness counts from there. */
  readonly startedAt: number;
  readonly loadMs: number;
}

interface Dated extends Encoded {
  /** Epoch ms. */
  readonly freshUntil: number;
}

interface Needs {
  readonly shared: SharedTier;
  readonly background: Background;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly settings: CacheSettings;
  readonly nextToken: () => string;
}

/** Lives vary by this part of themselves in both directions, lest what was filled together expires together. */
const jitter = 0.1;

export function createFills({ shared, background, random, metrics, settings, nextToken }: Needs): Fills {
  function fill<Key, Value>(filling: Filling<Key, Value>): ReadonlyMap<string, EntryState> {
    const { policy, token, held } = filling;
    const states = new Map<string, EntryState>();
    const outcomes = held.map((one) => toOutcome(filling, one, (state) => states.set(one.id, state)));
    finish(policy.name, token, outcomes);
    return states;
  }

  function toOutcome<Key, Value>(
    filling: Filling<Key, Value>,
    one: Wanted<Key, Value>,
    note: (state: EntryState) => void,
  ): Outcome {
    const { policy, token, replayed, byId, startedAt, loadMs } = filling;
    // The primary could not be asked, and what a replica has may be old.
    if (policy.strict && replayed !== undefined) return release(one, policy.name, 'from_replica');
    const stamps = one.stamps.filter((stamp) => stamp !== undefined);
    if (stamps.length < one.tagKeys.length) return release(one, policy.name, 'not_stamped');
    const encoded = toEncoded(policy, byId.get(one.id), { startedAt, loadMs, stamps });
    if (typeof encoded === 'string') return release(one, policy.name, encoded);
    const nonce = one.hold === 'claim' ? nextToken() : token;
    const { freshUntil, rowVersion, ttlMs, payload } = encoded;
    note({ nonce, freshUntil, stamps, isStored: false });
    const stored = { entryKey: one.entryKey, lsn: replayed ?? one.fence, rowVersion, ttlMs, payload };
    return one.hold === 'claim' ? { kind: 'refresh', nonce, ...stored } : { kind: 'fill', ...stored };
  }

  function toEncoded<Key, Value>(
    policy: CachePolicy<Key, Value>,
    value: Value | undefined,
    { startedAt, loadMs, stamps = [] }: Load,
  ): Dated | NotStored {
    const freshForMs = Math.round(lifeOf(policy, value) * (1 + jitter * (2 * random() - 1)));
    if (!(freshForMs > 0)) return 'not_kept';
    const text = encode(policy, value);
    if (text instanceof Error) return 'not_encodable';
    if (stamps.length > maxStamps) return 'too_large';
    const freshUntil = startedAt + freshForMs;
    const payload = encodePayload({ text, freshUntil, loadMs, stamps }, settings.compressOverChars);
    if (Buffer.byteLength(payload) > settings.maxPayloadBytes) return 'too_large';
    const version = value === undefined ? undefined : policy.rowVersion?.(value);
    const rowVersion = version === undefined ? noRowVersion : toRowVersion(version);
    return { freshUntil, rowVersion, ttlMs: freshForMs + Math.round(afterlifeOf(policy, value)), payload };
  }

  function release({ entryKey, hold }: Held, policy: string, outcome: FillOutcome): Outcome {
    count(policy, outcome);
    if (hold !== 'claim') return { kind: 'release', entryKey };
    // Where the source failed, it is left in peace for a while: the value in Redis answers for it meanwhile.
    return { kind: 'unclaim', entryKey, pauseMs: outcome === 'load_failed' ? settings.claimMs : 0 };
  }

  const count = (policy: string, outcome: FillOutcome) => metrics.cacheFills.inc({ policy, outcome });

  function finish(policy: string, token: string, outcomes: readonly Outcome[]): void {
    if (outcomes.length === 0) return;
    const finishing = shared.finish(outcomes, token).then((results) => {
      results.forEach((result, index) => {
        const outcome = result === 'done' ? 'stored' : result;
        const kind = outcomes[index]?.kind;
        if (kind === 'fill' || kind === 'refresh') count(policy, outcome);
      });
    });
    background.run('cache fill', finishing);
  }

  return {
    fill,
    encode: toEncoded,
    release: (policy, token, held, why) =>
      finish(
        policy,
        token,
        held.map((one) => release(one, policy, why)),
      ),
  };
}

/** A value that the codec refuses is still a good answer: it is only not stored. */
function encode<Key, Value>(
  policy: CachePolicy<Key, Value>,
  value: Value | undefined,
): string | undefined | Error {
  if (value === undefined) return undefined;
  try {
    return policy.codec.encode(value);
  } catch (error) {
    return asError(error);
  }
}

function lifeOf<Key, Value>(policy: CachePolicy<Key, Value>, value: Value | undefined): number {
  if (value === undefined) return policy.missingForMs;
  return typeof policy.freshForMs === 'number' ? policy.freshForMs : policy.freshForMs(value);
}
