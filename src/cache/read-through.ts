import type { Clock } from '../clock/clock.ts';
import { laterLsn, zeroLsn } from '../clock/lsn.ts';
import type { Bus } from './bus.ts';
import type { ReadOptions, Source } from './cache.ts';
import { decodeEntry, noRowVersion } from './entry.ts';
import type { Flight, Flights } from './flights.ts';
import { deepFreeze } from './freeze.ts';
import type { Keyspace } from './keyspace.ts';
import type { L1 } from './l1.ts';
import type { Misses } from './misses.ts';
import type { CachePolicy } from './policy.ts';
import type { ReadCounts, ReadOutcome } from './read-counts.ts';
import type { CacheSettings } from './settings.ts';
import type { SharedTier } from './shared-tier.ts';
import type { Question, Wanted } from './wanted.ts';

interface Needs {
  readonly clock: Clock;
  readonly keyspace: Keyspace;
  readonly shared: SharedTier;
  readonly flights: Flights;
  readonly l1: L1;
  readonly bus: Bus;
  readonly misses: Misses;
  readonly counts: ReadCounts;
  readonly settings: CacheSettings;
}

/**
 * What `getMany` does with each key, once however often it was asked for:
 *
 * 1. a copy in this process answers at once;
 * 2. a read of the key that is under way in this process is joined;
 * 3. one MGET for the rest; its values answer, and may become copies;
 * 4. one pipeline of LEASE for what is missing, before the source is read (misses.ts);
 * 5. one `load` for what was leased; busy keys wait for their holder;
 * 6. one pipeline of FILL behind the answer (fills.ts).
 *
 * Strict policies know neither 1 nor 2. Where Redis cannot be asked, steps 3, 4 and 6 fall away, and nothing else changes.
 * Without an epoch to read under, which for strict policies means without a licence, the primary answers past all of it.
 */
export function createReadThrough({
  clock,
  keyspace,
  shared,
  flights,
  l1,
  bus,
  misses,
  counts,
  settings,
}: Needs) {
  async function getMany<Key, Value>(
    policy: CachePolicy<Key, Value>,
    keys: readonly Key[],
    source: Source<Key, Value>,
    options: ReadOptions = {},
  ): Promise<ReadonlyMap<string, Value | undefined>> {
    const byId = new Map(keys.map((key) => [policy.key(key), key]));
    if (byId.size === 0) return new Map();
    const entryKeyOf = keyspace.entries(policy);
    if (options.uncached === true || entryKeyOf === undefined) return readPast(policy, byId, source);

    const inProcess = !policy.strict && options.skipL1 !== true;
    const { found, awaited, wanted } = findInProcess(policy, byId, entryKeyOf, inProcess);
    // Begun before the first await: whoever asks for these keys from now on finds the flights.
    const reading = wanted.length > 0 ? readShared({ policy, source, wanted }) : undefined;
    for (const [id, flight] of awaited) found.set(id, await flight.result);
    await reading;
    return found;
  }

  /** Copies, flights to join, and for the rest new flights, which others may join where `inProcess`. */
  function findInProcess<Key, Value>(
    policy: CachePolicy<Key, Value>,
    byId: ReadonlyMap<string, Key>,
    entryKeyOf: (id: string) => string,
    inProcess: boolean,
  ) {
    const copies = inProcess && policy.tiers === 'l1+redis' && bus.heard();
    const found = new Map<string, Value | undefined>();
    const awaited = new Map<string, Flight<Value>>();
    const wanted: Wanted<Key, Value>[] = [];
    for (const [id, key] of byId) {
      const entryKey = entryKeyOf(id);
      const copy = copies ? l1.get(entryKey) : undefined;
      if (copy !== undefined) {
        found.set(id, copy.value as Value | undefined);
        continue;
      }
      const joined = inProcess ? flights.find<Value>(entryKey) : undefined;
      const flight = joined ?? flights.start<Value>(entryKey, inProcess);
      awaited.set(id, flight);
      if (joined !== undefined) continue;
      wanted.push({ id, key, entryKey, flight, fence: zeroLsn, row: noRowVersion, unusable: '' });
    }
    counts.add(policy.name, 'l1', 'hit', found.size);
    counts.add(policy.name, 'flight', 'joined', awaited.size - wanted.length);
    return { found, awaited, wanted };
  }

  /** Every flight of `question` lands or fails in here; the promise itself never rejects. */
  async function readShared<Key, Value>(question: Question<Key, Value>): Promise<void> {
    const { wanted } = question;
    try {
      const entries = await shared.read(wanted.map(({ entryKey }) => entryKey));
      const outcomes = wanted.map((one, index) => examine(question.policy, one, entries[index] ?? null));
      counts.addEach(question.policy.name, 'redis', outcomes);
      const unavailable = wanted.filter((_, index) => outcomes[index] === 'unavailable');
      const missing = wanted.filter((_, index) => isMissing(outcomes[index]));
      await misses.read({ ...question, wanted: missing }, unavailable, examine);
    } catch (error) {
      for (const { flight } of wanted) flight.fail(error);
    }
  }

  /** Lands the flight where the reply is a value that can be used, and otherwise notes what was learned from it. */
  function examine<Key, Value>(
    policy: CachePolicy<Key, Value>,
    one: Wanted<Key, Value>,
    reply: string | null | Error,
  ): ReadOutcome {
    if (reply === null) return 'miss';
    if (reply instanceof Error) return 'unavailable';
    const entry = decodeEntry(reply);
    if (entry.kind === 'fence' || entry.kind === 'lease' || entry.kind === 'dirty') {
      one.fence = laterLsn(one.fence, entry.lsn);
      return 'miss';
    }
    const decoded = entry.kind === 'value' ? decode(policy, entry.payload.text) : undefined;
    one.unusable = entry.head;
    if (entry.kind === 'corrupt' || decoded === undefined) return 'corrupt';
    const leftMs = entry.payload.freshUntil - clock.now();
    if (leftMs <= 0) return 'expired';

    keep(policy, one, decoded.value, reply.length, leftMs);
    one.flight.land(decoded.value);
    return decoded.value === undefined ? 'absent' : 'hit';
  }

  /** A message for this key since the read was sent, or a gap in the bus, has marked the flight: then there is no copy. */
  function keep<Key, Value>(
    policy: CachePolicy<Key, Value>,
    one: Wanted<Key, Value>,
    value: Value | undefined,
    bytes: number,
    leftMs: number,
  ): void {
    if (policy.tiers !== 'l1+redis' || !one.flight.mayBeKept() || !bus.heard()) return;
    l1.set(one.entryKey, value, bytes, Math.min(policy.l1ForMs ?? settings.l1ForMs, leftMs));
  }

  async function readPast<Key, Value>(
    policy: CachePolicy<Key, Value>,
    byId: ReadonlyMap<string, Key>,
    source: Source<Key, Value>,
  ): Promise<ReadonlyMap<string, Value | undefined>> {
    counts.add(policy.name, 'source', 'uncached', byId.size);
    const { values } = await source.load([...byId.values()], { atLeast: zeroLsn, primary: true });
    const found = new Map<string, Value | undefined>([...byId.keys()].map((id) => [id, undefined]));
    for (const [key, value] of values) {
      const id = policy.key(key);
      if (found.has(id)) found.set(id, deepFreeze(value));
    }
    return found;
  }

  return { getMany };
}

const isMissing = (outcome: ReadOutcome | undefined) =>
  outcome === 'miss' || outcome === 'expired' || outcome === 'corrupt';

/** Undefined where the text is not one that the codec wrote. */
function decode<Key, Value>(
  policy: CachePolicy<Key, Value>,
  text: string | undefined,
): { readonly value: Value | undefined } | undefined {
  if (text === undefined) return { value: undefined };
  try {
    return { value: deepFreeze(policy.codec.decode(text)) };
  } catch {
    return undefined;
  }
}
