import type { Cache } from '../../../cache/cache.ts';
import type { Random } from '../../../clock/random.ts';

/** Says that it has done every invalidation, and has not done this part of them. */
export const lossy =
  (part: number, random: Random) =>
  (cache: Cache): Cache => ({
    ...cache,
    invalidate: (changed, lsn, options) =>
      random() < part ? Promise.resolve(true) : cache.invalidate(changed, lsn, options),
  });
