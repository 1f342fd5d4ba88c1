import type { Random } from '../../../clock/random.ts';

/** As in most measured traffic: the most frequent comes twice as often as the second, three times as often as the third. */
const exponent = 1;

/** Draws ranks from 0, the most frequent, to `count - 1`, by Zipf's law. */
export function createZipf(count: number): (random: Random) => number {
  const upTo = new Float64Array(count);
  let total = 0;
  for (let rank = 0; rank < count; rank += 1) {
    total += 1 / (rank + 1) ** exponent;
    upTo[rank] = total;
  }
  return (random) => firstAbove(upTo, random() * total);
}

function firstAbove(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Spreads ranks over `0` to `count - 1`, each taken once: else the most frequent would be neighbours, and share groups and
 * pages of Postgres.
 */
export function scattered(rank: number, count: number, offset: number): number {
  return (rank * strideFor(count) + offset) % count;
}

/** About the golden section of the whole, and without a common divisor. */
function strideFor(count: number): number {
  let stride = Math.max(1, Math.floor(count * 0.618));
  while (greatestCommonDivisor(stride, count) !== 1) stride += 1;
  return stride;
}

const greatestCommonDivisor = (one: number, other: number): number =>
  other === 0 ? one : greatestCommonDivisor(other, one % other);
