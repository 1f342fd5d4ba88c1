/** Rounded down to hundredths: what is below a bound must not look as if it were not. */
export const percentOf = (part: number, whole: number): number =>
  Math.floor((10_000 * part) / Math.max(1, whole)) / 100;

/** A number of something in so many requests. */
export interface Rate {
  readonly count: number;
  readonly requests: number;
}

/** By how many percent there is less of it in one request. */
export const percentFewer = (now: Rate, before: Rate): number =>
  percentOf(before.count * now.requests - now.count * before.requests, before.count * now.requests);

/** As `0.02, not 3.00`. */
export const describeFewer = (now: Rate, before: Rate): string => `${inOne(now)}, not ${inOne(before)}`;

const inOne = ({ count, requests }: Rate) => (count / requests).toFixed(2);
