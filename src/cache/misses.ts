import type { Clock } from '../clock/clock.ts';
import { laterLsn, zeroLsn, type Lsn } from '../clock/lsn.ts';
import type { Random } from '../clock/random.ts';
import type { Loaded, LoadNeed } from './cache.ts';
import type { CachePolicy } from './policy.ts';
import type { Fills } from './fills.ts';
import { noRowVersion, toRowVersion } from './entry.ts';
import { deepFreeze } from './freeze.ts';
import type { ReadCounts, ReadOutcome } from './read-counts.ts';
import type { CacheSettings } from './settings.ts';
import type { LeaseAnswer, SharedTier } from './shared-tier.ts';
import type { Question, Wanted } from './wanted.ts';

/** Lands the flight where the entry can be used: then the outcome is `hit` or `absent`. */
export type Examine = <Key, Value>(
  policy: CachePolicy<Key, Value>,
  one: Wanted<Key, Value>,
  entry: string,
) => ReadOutcome;

/** Answers keys that Redis does not hold. */
export interface Misses {
  /** Lands every flight of `question` and of `unavailable`, the keys whose node could not be asked; or rejects. */
  read<Key, Value>(
    question: Question<Key, Value>,
    unavailable: readonly Wanted<Key, Value>[],
    examine: Examine,
  ): Promise<void>;
}

interface Needs {
  readonly clock: Clock;
  readonly random: Random;
  readonly shared: SharedTier;
  readonly fills: Fills;
  readonly counts: ReadCounts;
  readonly settings: CacheSettings;
  readonly nextToken: () => string;
}

interface Leased<Key, Value> {
  readonly token: string;
  readonly leased: readonly Wanted<Key, Value>[];
  readonly busy: readonly Wanted<Key, Value>[];
  /** Dirty, or Redis did not say, or holds something that cannot be used: to be read, but not filled. */
  readonly unknown: readonly Wanted<Key, Value>[];
}

const firstPauseMs = 10;
const longestPauseMs = 160;
/** A dead holder's lease ends after one lease; whoever takes it over has half of another before the rest gives up. */
const patience = 1.5;

export function createMisses({ clock, random, shared, fills, counts, settings, nextToken }: Needs): Misses {
  async function read<Key, Value>(
    question: Question<Key, Value>,
    unavailable: readonly Wanted<Key, Value>[],
    examine: Examine,
  ): Promise<void> {
    const { wanted } = question;
    // The lease is taken before the source's snapshot, so that an invalidation after the snapshot finds it and takes it away.
    const first = wanted.length > 0 ? await lease(question, wanted, examine) : nothing<Key, Value>();
    await Promise.all([
      load(question, first.token, first.leased, [...first.unknown, ...unavailable]),
      waitForOthers(question, first.busy, examine),
    ]);
  }

  async function lease<Key, Value>(
    { policy }: Question<Key, Value>,
    wanted: readonly Wanted<Key, Value>[],
    examine: Examine,
  ): Promise<Leased<Key, Value>> {
    const token = nextToken();
    const answers = await shared.lease(wanted, token);
    const leased: Wanted<Key, Value>[] = [];
    const busy: Wanted<Key, Value>[] = [];
    const unknown: Wanted<Key, Value>[] = [];
    const lists = { leased, busy, dirty: unknown, unavailable: unknown };
    wanted.forEach((one, index) => {
      const answer: LeaseAnswer = answers[index] ?? { kind: 'unavailable' };
      if (answer.kind === 'value') {
        const outcome = examine(policy, one, answer.entry);
        counts.add(policy.name, 'redis', outcome, 1);
        if (outcome !== 'hit' && outcome !== 'absent') unknown.push(one);
        return;
      }
      if (answer.kind !== 'unavailable') one.fence = laterLsn(one.fence, answer.fence);
      if (answer.kind === 'dirty') counts.add(policy.name, 'redis', 'dirty', 1);
      if (answer.kind === 'leased' || answer.kind === 'busy') one.row = answer.row;
      lists[answer.kind].push(one);
    });
    counts.add(policy.name, 'redis', 'busy', busy.length);
    return { token, leased, busy, unknown };
  }

  /** One statement for what is ours to fill and for what can only be read; the fills follow behind the answer. */
  async function load<Key, Value>(
    question: Question<Key, Value>,
    token: string,
    leased: readonly Wanted<Key, Value>[],
    unfilled: readonly Wanted<Key, Value>[],
  ): Promise<void> {
    const { policy } = question;
    const wanted = [...leased, ...unfilled];
    if (wanted.length === 0) return;
    const startedAt = clock.now();
    const startedMonotonic = clock.monotonic();
    try {
      const { values, replayed } = await loadCurrent({ ...question, wanted });
      const byId = new Map<string, Value>();
      for (const [key, value] of values) byId.set(policy.key(key), deepFreeze(value));
      for (const { id, flight } of wanted) flight.land(byId.get(id));
      counts.add(policy.name, 'source', 'loaded', leased.length);
      counts.add(policy.name, 'source', 'uncached', unfilled.length);
      fills.fill({
        policy,
        token,
        leased,
        byId,
        replayed,
        startedAt,
        loadMs: clock.monotonic() - startedMonotonic,
      });
    } catch (error) {
      counts.add(policy.name, 'source', 'failed', wanted.length);
      // Released, not left to expire: the next reader should meet the source's failure, or its recovery, without waiting.
      fills.release(policy.name, token, leased);
      for (const { flight } of wanted) flight.fail(error);
    }
  }

  /** A replica may have passed the fence and still not have the row's last version (invalidate-1.lua): then the primary has. */
  async function loadCurrent<Key, Value>({
    policy,
    source,
    wanted,
  }: Question<Key, Value>): Promise<Loaded<Key, Value>> {
    const keys = wanted.map(({ key }) => key);
    const need: LoadNeed = { atLeast: latestFence(wanted), primary: policy.strict };
    const loaded = await source.load(keys, need);
    if (loaded.replayed === undefined || !wanted.some(({ row }) => row > noRowVersion)) return loaded;
    const versions = new Map(
      [...loaded.values].map(([key, value]) => [
        policy.key(key),
        toRowVersion(policy.rowVersion?.(value) ?? 0),
      ]),
    );
    const isCurrent = wanted.every(({ id, row }) => (versions.get(id) ?? noRowVersion) >= row);
    return isCurrent ? loaded : source.load(keys, { ...need, primary: true });
  }

  /** Asks for the leases again and again: each answer is the value, or the lease of a holder that is gone. */
  async function waitForOthers<Key, Value>(
    question: Question<Key, Value>,
    busyAtFirst: readonly Wanted<Key, Value>[],
    examine: Examine,
  ): Promise<void> {
    const giveUpAt = clock.monotonic() + settings.leaseMs * patience;
    const loads: Promise<void>[] = [];
    let busy = busyAtFirst;
    for (let pauseMs = firstPauseMs; busy.length > 0; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      await clock.sleep(pauseMs * (0.5 + random()));
      const next = await lease(question, busy, examine);
      const isLast = clock.monotonic() >= giveUpAt;
      loads.push(
        load(question, next.token, next.leased, isLast ? [...next.unknown, ...next.busy] : next.unknown),
      );
      busy = isLast ? [] : next.busy;
    }
    await Promise.all(loads);
  }

  return { read };
}

function latestFence(wanted: readonly { readonly fence: Lsn }[]): Lsn {
  return wanted.map(({ fence }) => fence).reduce(laterLsn, zeroLsn);
}

const nothing = <Key, Value>(): Leased<Key, Value> => ({ token: '', leased: [], busy: [], unknown: [] });
