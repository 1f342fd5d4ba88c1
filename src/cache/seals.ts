import type { Clock } from '../clock/clock.ts';
import type { Bus } from './bus.ts';
import { hasNonce } from './entry.ts';
import type { Counter } from './epochs.ts';
import { createKeyIndex } from './key-index.ts';
import type { Again, Breakage, Part, Spoilage } from './makings.ts';
import type { SharedTier } from './shared-tier.ts';
import { readStamp } from './stamps.ts';

/** Holds while what an answer is made of would be read again as it was. */
export interface Seal {
  /**
   * Whether the answer may be given now. What it is made of may have copies in this process: it then stands on what they stand
   * on, and is known at once, for as long as a copy lives. Then, and each time for what has no copies, Redis is asked, in
   * one round trip. Never rejects.
   */
  readonly holds: () => boolean | Promise<boolean>;
  /** Of how many entries. */
  readonly size: number;
  /** Does again what reading does beside answering. */
  readonly repeat: () => void;
  /** Nobody keeps the answer any more. */
  readonly release: () => void;
}

/** All seals of this process. */
export interface Seals {
  /** A moment, to tell what came after it. */
  now(): Moment;
  seal(order: SealOrder): Seal | Spoilage;
  /** The keys were invalidated. */
  forget(entryKeys: readonly string[]): void;
  /** Invalidations may have been missed. */
  forgetAll(): void;
  /** There is no copy of the entry, and it is read anew: what is made of it must not be older than what is found. */
  reread(entryKey: string): void;
}

interface Moment {
  readonly forgotten: number;
  readonly gaps: number;
  readonly generation: number | undefined;
}

interface SealOrder {
  readonly parts: readonly Part[];
  readonly effects: readonly Again[];
  /** Not after the first of the parts was looked for. */
  readonly begun: Moment;
  readonly onBroken: (reason: Breakage) => void;
}

interface Needs {
  readonly clock: Clock;
  readonly bus: Pick<Bus, 'heard'>;
  readonly shared: Pick<SharedTier, 'read'>;
  readonly readEpoch: (counter: Counter) => number | undefined;
  /** False for proofs only: then a seal holds to its end, whatever was invalidated. */
  readonly enabled: boolean;
}

/** Invalidations that are remembered for answers under way; with more since it began, an answer counts as changed. */
const remembered = 4_096;

/**
 * An answer must not be kept where it was made of what is old:
 *
 * 1. A reader finds an entry in Redis, or a copy of it.
 * 2. A writer commits and invalidates it; the message arrives here, drops the copy, and finds no answer to drop.
 * 3. The reader has resolved the rest, and keeps its answer, which nothing would ever drop.
 *
 * So step 3 looks at all that was invalidated since before step 1. Whatever is invalidated later finds the seal.
 */
export function createSeals({ clock, bus, shared, readEpoch, enabled }: Needs): Seals {
  const byKey = createKeyIndex<Sealed>();
  const recent: string[] = [];
  let forgotten = 0;
  let gaps = 0;

  interface Sealed {
    readonly copies: readonly string[];
    breakBy: ((reason: Breakage) => void) | undefined;
    /** By the monotonic clock; then Redis is asked for what has copies as well. */
    askAgainAt: number;
    /** How often an entry with copies was read anew. */
    rereads: number;
  }

  const now = (): Moment => ({ forgotten, gaps, generation: readEpoch('generation') });

  function seal({ parts, effects, begun, onBroken }: SealOrder): Seal | Spoilage {
    const copied = parts.filter(({ copy }) => copy !== undefined);
    const { generation } = begun;
    if (generation === undefined || generation !== readEpoch('generation')) return 'changed';

    // What is held for long: lists of texts, for an answer may be made of many entries, and an object for each would outweigh it.
    const [ofCopies, held] = [checkOf(copied), checkOf(parts.filter(({ copy }) => copy === undefined))];
    const { entryKeys: copies } = ofCopies;
    if (enabled && isChangedSince(begun, copies)) return 'changed';
    const { length: size } = parts;
    const now = clock.monotonic();
    const until = now + least(parts.map(({ freshForMs }) => freshForMs));
    const askEveryMs = least(copied.map(({ copy }) => copy?.forMs ?? 0));
    const strictEpoch = parts.some(({ isStrict }) => isStrict) ? readEpoch('strict') : undefined;
    const hasStrict = strictEpoch !== undefined;
    const sealed: Sealed = {
      copies,
      breakBy: onBroken,
      rereads: 0,
      askAgainAt: now + least(copied.map(({ copy }) => copy?.leftMs ?? 0)),
    };
    file(sealed);

    /** What can be told without Redis. */
    function brokenBy(): Breakage | undefined {
      if (clock.monotonic() >= until) return 'over';
      if (!enabled) return undefined;
      if (readEpoch('generation') !== generation) return 'epoch';
      if (hasStrict && readEpoch('strict') !== strictEpoch) return 'epoch';
      return copies.length > 0 && !bus.heard() ? 'gap' : undefined;
    }

    function holds(): boolean | Promise<boolean> {
      if (sealed.breakBy === undefined) return false;
      const reason = brokenBy();
      if (reason !== undefined) return end(sealed, reason);
      if (!enabled) return true;
      if (clock.monotonic() >= sealed.askAgainAt) return renew();
      return held.entryKeys.length === 0 || asRedisHasIt([held]);
    }

    /** As if the copies were read anew, all at once: from then on the answer stands on them again. */
    async function renew(): Promise<boolean> {
      const { rereads } = sealed;
      const askedAt = clock.monotonic();
      if (!(await asRedisHasIt([ofCopies, held]))) return false;
      // Somebody may have found a newer one than was found here.
      if (sealed.rereads === rereads) sealed.askAgainAt = askedAt + askEveryMs;
      return true;
    }

    async function asRedisHasIt(asked: readonly Check[]): Promise<boolean> {
      if (!(await isAsItWas(asked))) return end(sealed, 'changed');
      // Of copies that were dropped while Redis was asked.
      return sealed.breakBy !== undefined;
    }

    return {
      holds,
      size,
      repeat() {
        for (const { effect, what } of effects) effect(what);
      },
      release: () => unfile(sealed),
    };
  }

  async function isAsItWas(checks: readonly Check[]): Promise<boolean> {
    const entryKeys = checks.flatMap((check) => check.entryKeys);
    const nonces = checks.flatMap((check) => check.nonces);
    const stamps = checks.flatMap((check) => check.stamps);
    const replies = await shared.read([...entryKeys, ...checks.flatMap(({ tagKeys }) => tagKeys)]);
    return (
      nonces.every((nonce, index) => isUnder(nonce, replies[index])) &&
      stamps.every((stamp, index) => readStamp(replies[entryKeys.length + index])?.nonce === stamp)
    );
  }

  function isChangedSince(begun: Moment, copies: readonly string[]): boolean {
    if (begun.gaps !== gaps || forgotten - begun.forgotten > remembered) return true;
    if (begun.forgotten === forgotten) return false;
    const mine = new Set(copies);
    for (let at = begun.forgotten; at < forgotten; at += 1)
      if (mine.has(recent[at % remembered] ?? '')) return true;
    return false;
  }

  const file = (sealed: Sealed) => byKey.add(sealed.copies, sealed);

  function unfile(sealed: Sealed): void {
    sealed.breakBy = undefined;
    byKey.remove(sealed.copies, sealed);
  }

  function end(sealed: Sealed, reason: Breakage): false {
    const { breakBy } = sealed;
    unfile(sealed);
    breakBy?.(reason);
    return false;
  }

  function endAll(entryKey: string, reason: Breakage): void {
    for (const sealed of byKey.of(entryKey)) end(sealed, reason);
  }

  return {
    now,
    seal,
    forget(entryKeys) {
      if (!enabled) return;
      for (const entryKey of entryKeys) {
        recent[forgotten % remembered] = entryKey;
        forgotten += 1;
        endAll(entryKey, 'invalidated');
      }
    },
    forgetAll() {
      if (!enabled) return;
      gaps += 1;
      for (const entryKey of byKey.keys()) endAll(entryKey, 'gap');
    },
    reread(entryKey) {
      for (const sealed of byKey.of(entryKey)) {
        sealed.rereads += 1;
        sealed.askAgainAt = -Infinity;
      }
    },
  };
}

/** What Redis is asked to know whether entries are what they were; nonces and stamps in the order of what has them. */
interface Check {
  readonly entryKeys: readonly string[];
  readonly nonces: readonly string[];
  readonly tagKeys: readonly string[];
  readonly stamps: readonly string[];
}

const checkOf = (parts: readonly Part[]): Check => ({
  entryKeys: parts.map(({ entryKey }) => entryKey),
  nonces: parts.map(({ nonce }) => nonce),
  tagKeys: parts.flatMap(({ tagKeys }) => tagKeys),
  stamps: parts.flatMap(({ stamps }) => stamps),
});

const isUnder = (nonce: string, reply: string | null | Error | undefined): boolean =>
  typeof reply === 'string' && hasNonce(reply, nonce);

const least = (numbers: readonly number[]): number => Math.min(...numbers);
