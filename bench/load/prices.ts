import type { Random } from '../../src/clock/random.ts';

/** What is to be done next with the key that was drawn. */
export type Turn =
  | {
      readonly kind: 'write';
      readonly priceMinor: number;
      /** Called with the answer; false where there was none, or it was refused. */
      readonly end: (done: boolean) => void;
    }
  | {
      readonly kind: 'read';
      /** For how long the answer had been untrue when it was asked for; undefined where it had not. */
      readonly staleForMs: (priceMinor: number) => number | undefined;
    };

interface Acknowledged {
  readonly priceMinor: number;
  readonly atMs: number;
}

interface Options {
  /** Of requests that write. */
  readonly share: number;
  readonly random: Random;
  /** Of everything, before the first write. */
  readonly firstPriceMinor: number;
  /** In ms. */
  readonly now: () => number;
}

/**
 * Who writes what, and what may be read. Each key has one write under way at most, and each raises its price by one: so the price
 * tells of which write an answer is, and one that is lower than the last acknowledged one, when it was asked for, is stale.
 */
export function createPrices({ share, random, firstPriceMinor, now }: Options) {
  /** In the order of their prices. */
  const acknowledged = new Map<number, Acknowledged[]>();
  const tried = new Map<number, number>();
  const underWay = new Set<number>();
  /** Writes that fell on a key that was being written. */
  let owed = 0;

  function write(place: number): Turn {
    const priceMinor = (tried.get(place) ?? firstPriceMinor) + 1;
    tried.set(place, priceMinor);
    underWay.add(place);
    return {
      kind: 'write',
      priceMinor,
      end(done) {
        underWay.delete(place);
        if (!done) return;
        const earlier = acknowledged.get(place) ?? [];
        earlier.push({ priceMinor, atMs: now() });
        acknowledged.set(place, earlier);
      },
    };
  }

  function read(place: number): Turn {
    const askedAtMs = now();
    const known = acknowledged.get(place) ?? [];
    const count = known.length;
    return {
      kind: 'read',
      staleForMs(priceMinor) {
        // The newest come first, for most answers are true. Later ones than it was asked for do not count.
        let missed: Acknowledged | undefined;
        for (let index = count - 1; index >= 0; index -= 1) {
          const each = known[index];
          if (each === undefined || each.priceMinor <= priceMinor) break;
          missed = each;
        }
        return missed && askedAtMs - missed.atMs;
      },
    };
  }

  return {
    turn(place: number): Turn {
      const isWanted = owed > 0 || random() < share;
      if (!isWanted) return read(place);
      if (underWay.has(place)) {
        if (owed === 0) owed += 1;
        return read(place);
      }
      if (owed > 0) owed -= 1;
      return write(place);
    },
  };
}

export type Prices = ReturnType<typeof createPrices>;
