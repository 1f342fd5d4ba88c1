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
      /** Whether an answer is older than what had been acknowledged when it was asked for. */
      readonly isStale: (priceMinor: number) => boolean;
    };

/**
 * Who writes what, and what may be read. Each key has one write under way at most, and each raises its price by one: so the price
 * tells of which write an answer is, and one that is lower than the last acknowledged one, when it was asked for, is stale.
 * Prices of one server are kept for as long as the run takes.
 */
export function createPrices(share: number, random: Random, firstPriceMinor = 1_000) {
  const acknowledged = new Map<number, number>();
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
        if (done) acknowledged.set(place, priceMinor);
      },
    };
  }

  return {
    turn(place: number): Turn {
      const wants = owed > 0 || random() < share;
      if (wants && !underWay.has(place)) {
        if (owed > 0) owed -= 1;
        return write(place);
      }
      if (wants && owed === 0) owed += 1;
      const least = acknowledged.get(place) ?? firstPriceMinor;
      return { kind: 'read', isStale: (priceMinor) => priceMinor < least };
    },
  };
}

export type Prices = ReturnType<typeof createPrices>;
