import type { Seal, Seals } from './seals.ts';

export type { Seal } from './seals.ts';

/**
 * What one answer is made of, noted while it is made. What is made of entries alone can be kept as long as they can, and is
 * old when one of them is: it needs no rule of its own for when that is.
 */
export interface Makings {
  /** Something goes into the answer that is no entry, or not as the cache has it. The first reason stands. */
  readonly spoil: (reason: Spoilage) => void;
  /** What reading does beside answering; it is done again whenever the answer is given again. */
  readonly again: (effect: Effect, what: string) => void;
  /** Entries that the cache is about to be asked for. Where it does not note them all, nobody knows what the answer is made of. */
  readonly expect: (entries: number) => void;
  /** For the cache: an entry that it answered with. */
  readonly note: (part: Part) => void;
  /** When the answer is made. Tells why, where it must not be kept; `onBroken` is called once, when the seal holds no longer. */
  readonly seal: (onBroken: (reason: Breakage) => void) => Seal | Spoilage;
}

export type Effect = (what: string) => void;

export interface Again {
  readonly effect: Effect;
  readonly what: string;
}

/** An entry as it was read. */
export interface Part {
  readonly entryKey: string;
  /** By this Redis is asked whether it is still the same. */
  readonly nonce: string;
  /** Milliseconds from now. */
  readonly freshForMs: number;
  /**
   * Of what has copies in this process, the life of the one that was read, in milliseconds: what is left of it, and the whole.
   * What has none is asked for each time.
   */
  readonly copy: { readonly leftMs: number; readonly forMs: number } | undefined;
  readonly isStrict: boolean;
  readonly tagKeys: readonly string[];
  /** The nonces of the tags' stamps, in the same order. */
  readonly stamps: readonly string[];
}

/** Why an answer is not kept. */
export const spoilages = {
  source: 'an entry was past its freshness, or cannot be stored',
  past_cache: 'it was read past the cache, or past the copies in this process',
  statement: 'something was read from Postgres that is no entry',
  live: 'something was read that is live',
  write: 'something was written',
  document: 'its document is to be looked at each time',
  unknown: 'the cache did not say what it had answered with',
  too_many: 'it is made of too many entries',
  changed: 'something that it is made of has changed meanwhile',
} as const;
export type Spoilage = keyof typeof spoilages;

/** Why a kept answer was given up. */
export const breakages = {
  invalidated: 'an entry that it is made of was',
  gap: 'messages of the bus may have been missed',
  over: 'the freshness of an entry that it is made of has ended',
  epoch: 'a generation, or the strict epoch, was raised, or is not known',
  changed: 'Redis holds another state of an entry',
} as const;
export type Breakage = keyof typeof breakages;

/** Beyond that, asking what has become of them takes longer than a part of what is saved. */
const maxParts = 500;

export function createMakings(seals: Seals): Makings {
  const begun = seals.now();
  const parts: Part[] = [];
  const effects: Again[] = [];
  let expected = 0;
  let spoilt: Spoilage | undefined;

  return {
    spoil: (reason) => void (spoilt ??= reason),
    again: (effect, what) => void effects.push({ effect, what }),
    expect: (entries) => void (expected += entries),
    note: (part) => void parts.push(part),
    seal(onBroken) {
      if (spoilt !== undefined) return spoilt;
      if (parts.length !== expected) return 'unknown';
      if (parts.length > maxParts) return 'too_many';
      return seals.seal({ parts, effects, begun, onBroken });
    },
  };
}
