import type { Lsn } from '../clock/lsn.ts';
import type { Random } from '../clock/random.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Background } from './background.ts';
import { encodePayload, noRowVersion, toRowVersion, type Encoded } from './entry.ts';
import type { CachePolicy } from './policy.ts';
import type { CacheSettings } from './settings.ts';
import type { Outcome, SharedTier } from './shared-tier.ts';
import type { Wanted } from './wanted.ts';

/** Brings what was loaded to Redis, behind the response. */
export interface Fills {
  fill<Key, Value>(filling: Filling<Key, Value>): void;
  /** What is to be stored of a value, or why it is not to be stored. */
  encode<Key, Value>(
    policy: CachePolicy<Key, Value>,
    value: Value | undefined,
    loaded: Pick<Filling<Key, Value>, 'startedAt' | 'loadMs'>,
  ): Encoded | 'not_kept' | 'not_encodable' | 'too_large';
  release(policy: string, token: string, leased: readonly { readonly entryKey: string }[]): void;
}

export interface Filling<Key, Value> {
  readonly policy: CachePolicy<Key, Value>;
  readonly token: string;
  readonly leased: readonly Wanted<Key, Value>[];
  readonly byId: ReadonlyMap<string, Value>;
  /** Undefined when the primary answered: then the fence that the key was leased under is the label. */
  readonly replayed: Lsn | undefined;
  /** Epoch ms before the statement: freshness counts from there. */
  readonly startedAt: number;
  readonly loadMs: number;
}

interface Needs {
  readonly shared: SharedTier;
  readonly background: Background;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly settings: CacheSettings;
}

/** Lives vary by this part of themselves in both directions, lest what was filled together expires together. */
const jitter = 0.1;

export function createFills({ shared, background, random, metrics, settings }: Needs): Fills {
  function fill<Key, Value>(filling: Filling<Key, Value>): void {
    const { policy, token, leased } = filling;
    finish(
      policy.name,
      token,
      leased.map((one) => toOutcome(filling, one)),
    );
  }

  function toOutcome<Key, Value>(filling: Filling<Key, Value>, one: Wanted<Key, Value>): Outcome {
    const { policy, replayed, byId } = filling;
    // The primary could not be asked, and what a replica has may be old.
    if (policy.strict && replayed !== undefined) return release(one, policy.name, 'from_replica');
    const encoded = toEncoded(policy, byId.get(one.id), filling);
    if (typeof encoded === 'string') return release(one, policy.name, encoded);
    return { kind: 'fill', entryKey: one.entryKey, lsn: replayed ?? one.fence, ...encoded };
  }

  function toEncoded<Key, Value>(
    policy: CachePolicy<Key, Value>,
    value: Value | undefined,
    { startedAt, loadMs }: Pick<Filling<Key, Value>, 'startedAt' | 'loadMs'>,
  ): Encoded | 'not_kept' | 'not_encodable' | 'too_large' {
    const ttlMs = Math.round(lifeOf(policy, value) * (1 + jitter * (2 * random() - 1)));
    if (!(ttlMs > 0)) return 'not_kept';
    const text = encode(policy, value);
    if (text instanceof Error) return 'not_encodable';
    const payload = encodePayload({ text, freshUntil: startedAt + ttlMs, loadMs, stamps: [] });
    if (Buffer.byteLength(payload) > settings.maxPayloadBytes) return 'too_large';
    const version = value === undefined ? undefined : policy.rowVersion?.(value);
    const rowVersion = version === undefined ? noRowVersion : toRowVersion(version);
    return { rowVersion, ttlMs, payload };
  }

  function release(one: { readonly entryKey: string }, policy: string, outcome: string): Outcome {
    metrics.cacheFills.inc({ policy, outcome });
    return { kind: 'release', entryKey: one.entryKey };
  }

  function finish(policy: string, token: string, outcomes: readonly Outcome[]): void {
    if (outcomes.length === 0) return;
    const finishing = shared.finish(outcomes, token).then((results) => {
      results.forEach((result, index) => {
        const outcome = result === 'done' ? 'stored' : result;
        if (outcomes[index]?.kind === 'fill') metrics.cacheFills.inc({ policy, outcome });
      });
    });
    background.run('cache fill', finishing);
  }

  return {
    fill,
    encode: toEncoded,
    release: (policy, token, leased) =>
      finish(
        policy,
        token,
        leased.map((one) => release(one, policy, 'load_failed')),
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
    return error instanceof Error ? error : new Error(String(error));
  }
}

function lifeOf<Key, Value>(policy: CachePolicy<Key, Value>, value: Value | undefined): number {
  if (value === undefined) return policy.missingForMs;
  return typeof policy.freshForMs === 'number' ? policy.freshForMs : policy.freshForMs(value);
}
