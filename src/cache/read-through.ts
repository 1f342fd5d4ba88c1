import type { Clock } from '../clock/clock.ts';
import { zeroLsn } from '../clock/lsn.ts';
import type { Random } from '../clock/random.ts';
import { awaitFlights } from './awaiting.ts';
import type { Background } from './background.ts';
import type { Bus } from './bus.ts';
import type { Peeked, ReadOptions } from './cache.ts';
import type { Source } from './source.ts';
import { checkPolicy } from './check-policy.ts';
import { createDecodings } from './decodings.ts';
import { createExamine } from './examine.ts';
import type { Flights } from './flights.ts';
import { deepFreeze } from './freeze.ts';
import type { Keyspace } from './keyspace.ts';
import type { Makings } from './makings.ts';
import type { Copied, Copy, L1 } from './l1.ts';
import type { Misses } from './misses.ts';
import type { CachePolicy } from './policy.ts';
import type { ReadOutcome } from './outcomes.ts';
import type { ReadCounts } from './read-counts.ts';
import type { Refreshes } from './refreshes.ts';
import type { CacheSettings } from './settings.ts';
import { splitByShard } from './shards.ts';
import type { Seals } from './seals.ts';
import type { SharedTier } from './shared-tier.ts';
import { readStamp } from './stamps.ts';
import { startWanted, type Question, type Wanted } from './wanted.ts';

interface Needs {
  readonly clock: Clock;
  readonly random: Random;
  readonly background: Background;
  readonly keyspace: Keyspace;
  readonly shared: SharedTier;
  readonly flights: Flights;
  readonly l1: L1;
  readonly bus: Bus;
  readonly seals: Pick<Seals, 'reread'>;
  readonly misses: Misses;
  readonly refreshes: Refreshes;
  readonly counts: ReadCounts;
  readonly settings: CacheSettings;
}

/**
 * What `getMany` does with each key, once however often it was asked for:
 *
 * 1. a copy in this process answers at once;
 * 2. a read of the key that is under way in this process is joined;
 * 3. one MGET for the rest, and for the stamps of their tags; its values answer, and may become copies; one past its
 *    freshness, or close to the end of it, is refreshed behind the answer (refreshes.ts);
 * 4. one pipeline of LEASE for what is missing, before the source is read (misses.ts);
 * 5. one `load` for what was leased; busy keys wait for their holder;
 * 6. one pipeline of FILL behind the answer (fills.ts).
 *
 * Strict policies know neither 1 nor 2, and no value past its freshness. Where Redis cannot be asked, steps 3, 4 and 6 fall
 * away, and nothing else changes. Without an epoch to read under, which for strict policies means without a licence, the
 * primary answers past all of it.
 */
export function createReadThrough({
  clock,
  random,
  background,
  keyspace,
  shared,
  flights,
  l1,
  bus,
  seals,
  misses,
  refreshes,
  counts,
  settings,
}: Needs) {
  const decodings = createDecodings({
    maxEntries: settings.decodedMaxEntries,
    maxBytes: settings.decodedMaxBytes,
  });
  const examine = createExamine({ clock, random, settings, decodings, keep });

  async function getMany<Key, Value>(
    policy: CachePolicy<Key, Value>,
    keys: readonly Key[],
    source: Source<Key, Value>,
    options: ReadOptions = {},
  ): Promise<ReadonlyMap<string, Value | undefined>> {
    checkPolicy(policy);
    const { makings, skipL1, signal, onFailure } = options;
    signal?.throwIfAborted();
    if (keys.length === 0) return new Map();
    const entryKeyOf = keyspace.entries(policy);
    if (options.uncached === true || entryKeyOf === undefined) return readPast(policy, keys, source, options);

    const inProcess = !policy.strict && skipL1 !== true;
    const { found, awaited, wanted } = findInProcess(policy, keys, entryKeyOf, inProcess, makings);
    // Begun before the first await: whoever asks for these keys from now on finds the flights.
    const reading = wanted.length > 0 ? readShared({ policy, source, wanted }) : undefined;
    if (reading !== undefined) background.run('cache read', reading);
    await awaitFlights(awaited, found, signal, onFailure);
    if (makings !== undefined) noteLanded(policy, awaited, makings);
    return found;
  }

  function noteLanded<Key, Value>(
    policy: CachePolicy<Key, Value>,
    awaited: readonly Pick<Wanted<Key, Value>, 'flight'>[],
    makings: Makings,
  ): void {
    for (const { flight } of awaited) {
      const { entryKey, tagKeys, landed } = flight;
      if (landed?.state === undefined) makings.spoil('source');
      else {
        const { nonce, freshUntil, stamps, isStored } = landed.state;
        const forMs = copyForMs(policy, freshUntil);
        makings.note({
          entryKey,
          nonce,
          freshForMs: freshUntil - clock.now(),
          // Of what is on its way to Redis there is no copy yet: whether it was taken is asked when it is needed.
          copy: policy.tiers === 'l1+redis' ? { leftMs: isStored ? forMs : 0, forMs } : undefined,
          isStrict: policy.strict,
          tagKeys,
          stamps,
        });
      }
    }
  }

  const copyForMs = (policy: Pick<CachePolicy<never, never>, 'l1ForMs'>, freshUntil: number) =>
    Math.min(policy.l1ForMs ?? settings.l1ForMs, freshUntil - clock.now());

  function noteCopy(
    policy: Pick<CachePolicy<never, never>, 'l1ForMs'>,
    entryKey: string,
    { nonce, freshUntil, until }: Copy,
    makings: Makings,
  ): void {
    makings.note({
      entryKey,
      nonce,
      freshForMs: freshUntil - clock.now(),
      copy: { leftMs: until - clock.monotonic(), forMs: policy.l1ForMs ?? settings.l1ForMs },
      isStrict: false,
      tagKeys: none,
      stamps: none,
    });
  }

  /**
   * Copies, flights to join, and for the rest new flights, which others may join where `inProcess`. All ids are in `found`,
   * those that are awaited with no value yet.
   */
  function findInProcess<Key, Value>(
    policy: CachePolicy<Key, Value>,
    keys: readonly Key[],
    entryKeyOf: (id: string) => string,
    inProcess: boolean,
    makings: Makings | undefined,
  ) {
    const copies = inProcess && policy.tiers === 'l1+redis' && bus.heard();
    const found = new Map<string, Value | undefined>();
    const awaited: Pick<Wanted<Key, Value>, 'id' | 'flight'>[] = [];
    const wanted: Wanted<Key, Value>[] = [];
    for (const key of keys) {
      const id = policy.key(key);
      if (found.has(id)) continue;
      const entryKey = entryKeyOf(id);
      const copy = copies ? l1.get(entryKey) : undefined;
      found.set(id, copy?.value as Value | undefined);
      if (copy !== undefined) {
        if (makings !== undefined) noteCopy(policy, entryKey, copy, makings);
        continue;
      }
      const joined = inProcess ? flights.find<Value>(entryKey) : undefined;
      if (joined !== undefined) {
        awaited.push({ id, flight: joined });
        continue;
      }
      if (policy.tiers === 'l1+redis') seals.reread(entryKey);
      const tagKeys = tagKeysOf(policy, key);
      const flight = flights.start<Value>(entryKey, inProcess, tagKeys);
      const one = startWanted({ id, key, entryKey, flight, tagKeys });
      awaited.push(one);
      wanted.push(one);
    }
    counts.add(policy.name, 'l1', 'hit', found.size - awaited.length);
    counts.add(policy.name, 'flight', 'joined', awaited.length - wanted.length);
    return { found, awaited, wanted };
  }

  /** Every flight of `question` lands or fails in here; the promise itself never rejects. */
  async function readShared<Key, Value>(question: Question<Key, Value>): Promise<void> {
    const { policy, wanted } = question;
    try {
      const tagKeys = policy.tags === undefined ? none : [...new Set(wanted.flatMap((one) => one.tagKeys))];
      const replies = await shared.read([...wanted.map(({ entryKey }) => entryKey), ...tagKeys]);
      const stampOf = new Map(tagKeys.map((tagKey, index) => [tagKey, replies[wanted.length + index]]));
      const outcomes = wanted.map((one, index) => {
        const reply = replies[index] ?? null;
        if (one.tagKeys.length === 0) return examine(policy, one, reply);
        const stamps = one.tagKeys.map((tagKey) => stampOf.get(tagKey));
        one.stamps = stamps.map((stamp) => readStamp(stamp)?.nonce);
        // A stamp that cannot be read says nothing of the list: it is left alone.
        return examine(policy, one, stamps.find((stamp) => stamp instanceof Error) ?? reply);
      });
      counts.addEach(policy.name, 'redis', outcomes);
      const having = (test: (outcome: ReadOutcome | undefined) => boolean) =>
        wanted.filter((_, index) => test(outcomes[index]));
      refreshes.start({ ...question, wanted: having(isAnswered) });
      const unavailable = having((outcome) => outcome === 'unavailable');
      await misses.read({ ...question, wanted: having(isMissing) }, unavailable, examine);
    } catch (error) {
      for (const { flight } of wanted) flight.fail(error);
    }
  }

  /** In the order of the policy; a tag that it names twice counts once. */
  function tagKeysOf<Key, Value>(policy: CachePolicy<Key, Value>, key: Key): readonly string[] {
    const tagKeyOf = policy.tags === undefined ? undefined : keyspace.tags();
    return tagKeyOf === undefined ? none : [...new Set(policy.tags?.(key))].map(tagKeyOf);
  }

  /** A message for this key since the read was sent, or a gap in the bus, has marked the flight: then there is no copy. */
  function keep<Key, Value>(
    policy: CachePolicy<Key, Value>,
    one: Wanted<Key, Value>,
    copied: Copied,
    bytes: number,
  ): void {
    if (policy.tiers !== 'l1+redis' || !one.flight.mayBeKept() || !bus.heard()) return;
    l1.set(one.entryKey, copied, bytes, copyForMs(policy, copied.freshUntil));
  }

  async function readPast<Key, Value>(
    policy: CachePolicy<Key, Value>,
    keys: readonly Key[],
    source: Source<Key, Value>,
    { signal, makings }: ReadOptions,
  ): Promise<ReadonlyMap<string, Value | undefined>> {
    makings?.spoil('past_cache');
    const byId = new Map(keys.map((key) => [policy.key(key), key]));
    counts.add(policy.name, 'source', 'uncached', byId.size);
    const need = { atLeast: zeroLsn, primary: true, ...(signal && { signal }) };
    const parts = await Promise.all(
      splitByShard([...byId.values()], source, (key) => key).map((keys) => source.load(keys, need)),
    );
    const found = new Map<string, Value | undefined>([...byId.keys()].map((id) => [id, undefined]));
    for (const [key, value] of parts.flatMap(({ values }) => [...values])) {
      const id = policy.key(key);
      if (found.has(id)) found.set(id, deepFreeze(value));
    }
    return found;
  }

  /** Step 1 alone. */
  function peek<Key, Value>(policy: CachePolicy<Key, Value>, key: Key): Peeked<Value> | undefined {
    if (policy.strict || policy.tiers !== 'l1+redis' || !bus.heard()) return undefined;
    const entryKey = keyspace.entries(policy)?.(policy.key(key));
    const copy = entryKey === undefined ? undefined : l1.get(entryKey);
    if (copy !== undefined) counts.peeked(policy.name);
    return copy as Peeked<Value> | undefined;
  }

  return { getMany, peek };
}

const none: readonly never[] = [];

const isMissing = (outcome: ReadOutcome | undefined) =>
  outcome === 'miss' || outcome === 'expired' || outcome === 'corrupt' || outcome === 'untagged';

const isAnswered = (outcome: ReadOutcome | undefined) =>
  outcome === 'hit' || outcome === 'absent' || outcome === 'stale';
