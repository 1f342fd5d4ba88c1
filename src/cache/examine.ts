import type { Clock } from '../clock/clock.ts';
import { laterLsn } from '../clock/lsn.ts';
import type { Random } from '../clock/random.ts';
import type { Decoding, Decodings } from './decodings.ts';
import { decodeEntry, stateOf, type ValueEntry } from './entry.ts';
import { deepFreeze } from './freeze.ts';
import { ageOf, isDueEarly, type Age } from './freshness.ts';
import type { Copied } from './l1.ts';
import type { CachePolicy } from './policy.ts';
import type { ReadOutcome } from './outcomes.ts';
import type { CacheSettings } from './settings.ts';
import type { Wanted } from './wanted.ts';

/** Lands the flight where the reply is a value that can be used, and otherwise notes what was learned from it. */
export type Examine = <Key, Value>(
  policy: CachePolicy<Key, Value>,
  one: Wanted<Key, Value>,
  reply: string | null | Error,
) => ReadOutcome;

interface Decoded<Value> {
  readonly value: Value | undefined;
}

interface Needs {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: CacheSettings;
  readonly decodings: Decodings;
  /** Makes a copy in this process, where that is allowed. */
  readonly keep: <Key, Value>(
    policy: CachePolicy<Key, Value>,
    one: Wanted<Key, Value>,
    copied: Copied,
    bytes: number,
  ) => void;
}

export function createExamine({ clock, random, settings, decodings, keep }: Needs): Examine {
  return (policy, one, reply) => {
    if (reply instanceof Error) return 'unavailable';
    // What was learned before does not hold any more: a value that has gone since must not be fallen back on.
    one.unusable = '';
    one.claimable = '';
    one.fallback = undefined;
    if (reply === null) return 'miss';
    const known = decodings.find(one.entryKey, reply, policy.codec);
    if (known !== undefined) {
      one.unusable = known.entry.head;
      if (!isUnderStamps(known.entry, one.stamps)) return 'untagged';
      return answer(policy, one, known, reply.length);
    }
    const entry = decodeEntry(reply);
    if (entry.kind === 'fence' || entry.kind === 'lease' || entry.kind === 'dirty') {
      one.fence = laterLsn(one.fence, entry.lsn);
      return 'miss';
    }
    one.unusable = entry.head;
    if (entry.kind === 'corrupt') return 'corrupt';
    if (!isUnderStamps(entry, one.stamps)) return 'untagged';
    const decoded = decode(policy, entry.payload.text);
    if (decoded === undefined) return 'corrupt';
    const { value } = decoded;
    const decoding = { bytes: reply, codec: policy.codec, entry, state: stateOf(entry), value };
    decodings.note(one.entryKey, decoding);
    return answer(policy, one, decoding, reply.length);
  };

  function answer<Key, Value>(
    policy: CachePolicy<Key, Value>,
    one: Wanted<Key, Value>,
    decoding: Decoding<Value>,
    bytes: number,
  ): ReadOutcome {
    const { entry, state, value } = decoding;
    const now = clock.now();
    const age = ageOf(policy, entry.payload, now);
    if (age === 'over') return 'expired';
    if (age === 'fallback') {
      one.claimable = state.nonce;
      one.fallback = { value };
      return 'expired';
    }
    if (!policy.strict && isDue(age, entry, now)) one.claimable = state.nonce;
    if (age === 'grace') {
      one.flight.land(value);
      return 'stale';
    }
    one.flight.land(value, state);
    keep(policy, one, { value, nonce: state.nonce, freshUntil: state.freshUntil }, bytes);
    return value === undefined ? 'absent' : 'hit';
  }

  /** To be refreshed behind the answer, as far as one can tell from here: CLAIM decides. */
  function isDue(age: Age, { claimedUntil = 0, payload }: ValueEntry, now: number): boolean {
    if (claimedUntil > now && claimedUntil - now <= settings.claimMs) return false;
    return age === 'grace' || isDueEarly(payload, now, settings.refreshBeta, random);
  }
}

/** By their nonces alone; why that is enough, stamps.ts tells. */
function isUnderStamps({ payload }: ValueEntry, stamps: readonly (string | undefined)[]): boolean {
  return (
    payload.stamps.length === stamps.length && payload.stamps.every((stamp, index) => stamp === stamps[index])
  );
}

/** Undefined where the text is not one that the codec wrote. */
function decode<Key, Value>(
  policy: CachePolicy<Key, Value>,
  text: string | undefined,
): Decoded<Value> | undefined {
  if (text === undefined) return { value: undefined };
  try {
    return { value: deepFreeze(policy.codec.decode(text)) };
  } catch {
    return undefined;
  }
}
