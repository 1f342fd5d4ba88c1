import type { Random } from '../clock/random.ts';
import type { Payload } from './entry.ts';
import type { CachePolicy } from './policy.ts';

/** How a value may be used: at once; at once, to be refreshed; only where the source fails; not at all. */
export type Age = 'fresh' | 'grace' | 'fallback' | 'over';

/** What is known to be absent has no grace: it is remembered for `missingForMs`, and no longer. */
export function ageOf<Key, Value>(
  policy: CachePolicy<Key, Value>,
  { text, freshUntil }: Pick<Payload, 'text' | 'freshUntil'>,
  now: number,
): Age {
  const pastMs = now - freshUntil;
  if (pastMs < 0) return 'fresh';
  if (text === undefined || policy.strict) return 'over';
  if (pastMs < policy.staleForMs) return 'grace';
  return pastMs < policy.staleForMs + (policy.staleIfErrorMs ?? 0) ? 'fallback' : 'over';
}

/** How long Redis keeps a value, and what follows its freshness. */
export function afterlifeOf<Key, Value>(policy: CachePolicy<Key, Value>, value: Value | undefined): number {
  return value === undefined || policy.strict ? 0 : policy.staleForMs + (policy.staleIfErrorMs ?? 0);
}

/**
 * XFetch (Vattani, Chierichetti, Lowenstein 2015): each reader refreshes ahead of the end with a chance that grows towards
 * it, the earlier the longer a load takes; so that rarely many find it gone at once, and usually none.
 */
export function isDueEarly(
  { freshUntil, loadMs }: Pick<Payload, 'freshUntil' | 'loadMs'>,
  now: number,
  beta: number,
  random: Random,
): boolean {
  return beta > 0 && now - loadMs * beta * Math.log(random()) >= freshUntil;
}
