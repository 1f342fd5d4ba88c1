import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import type { Acquire, Acquired } from './acquire.ts';
import type { Examine } from './examine.ts';
import type { Loads } from './loads.ts';
import type { CachePolicy } from './policy.ts';
import type { ReadCounts } from './read-counts.ts';
import type { CacheSettings } from './settings.ts';
import type { Question, Wanted } from './wanted.ts';

/** Answers keys that Redis does not hold, or not fresh enough. */
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
  readonly acquire: Acquire;
  readonly loads: Loads;
  readonly counts: ReadCounts;
  readonly settings: CacheSettings;
}

const firstPauseMs = 10;
const longestPauseMs = 160;
/** A dead holder's lease ends after one lease; whoever takes it over has another before the rest gives up. */
const patience = 2;

export function createMisses({ clock, random, acquire, loads, counts, settings }: Needs): Misses {
  async function read<Key, Value>(
    question: Question<Key, Value>,
    unavailable: readonly Wanted<Key, Value>[],
    examine: Examine,
  ): Promise<void> {
    const { policy } = question;
    const wanted = awaited(question.wanted);
    if (wanted.length === 0) return loads.run({ ...question, wanted: unavailable }, '');
    const { token, held, busy, unknown } = await ask(policy, wanted, examine);
    await Promise.all([
      loads.run({ ...question, wanted: [...held, ...unknown, ...unavailable] }, token),
      waitForOthers(question, busy, examine),
    ]);
  }

  async function ask<Key, Value>(
    policy: CachePolicy<Key, Value>,
    wanted: readonly Wanted<Key, Value>[],
    examine: Examine,
  ): Promise<Acquired<Key, Value>> {
    const acquired = await acquire(policy, wanted, (...args) => {
      const outcome = examine(...args);
      counts.add(policy.name, 'redis', outcome, 1);
      return outcome;
    });
    counts.add(policy.name, 'redis', 'busy', acquired.busy.length);
    return acquired;
  }

  /**
   * Asks for the leases again and again: each answer is the value, or the lease of a holder that is gone. Patience counts the
   * pauses as they were meant: where a busy process makes them longer, the holders are most likely as busy.
   */
  async function waitForOthers<Key, Value>(
    question: Question<Key, Value>,
    busyAtFirst: readonly Wanted<Key, Value>[],
    examine: Examine,
  ): Promise<void> {
    let patienceMs = settings.leaseMs * patience;
    const running: Promise<void>[] = [];
    let busy = busyAtFirst;
    for (let pauseMs = firstPauseMs; busy.length > 0; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const meantMs = pauseMs * (0.5 + random());
      await clock.sleep(meantMs);
      patienceMs -= meantMs;
      const next = await ask(question.policy, awaited(busy), examine);
      const isLast = patienceMs <= 0;
      const ready = [...next.held, ...next.unknown, ...(isLast ? next.busy : [])];
      running.push(loads.run({ ...question, wanted: ready }, next.token));
      busy = isLast ? [] : next.busy;
    }
    await Promise.all(running);
  }

  return { read };
}

const awaited = <Key, Value>(wanted: readonly Wanted<Key, Value>[]) =>
  wanted.filter(({ flight }) => !flight.isAbandoned());
