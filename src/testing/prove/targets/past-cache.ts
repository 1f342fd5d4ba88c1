import type { Overrides } from '../../../overrides.ts';

/**
 * The same gateway without what it keeps for reading: each key is read from its source, and what a user's quotas have used
 * up from the rows that have used it up. Loads of one request are one batch all the same, writes invalidate, and Redis
 * goes on counting, so that nothing else is different.
 */
export const pastCache: Overrides = {
  around: {
    cache: (cache) => ({
      ...cache,
      peek: () => undefined,
      getMany: (policy, keys, source, options) =>
        cache.getMany(policy, keys, source, { ...options, uncached: true }),
    }),
    quotas: (quotas) => ({
      ...quotas,
      async consume(consumption, limits, recorded) {
        const rows = await recorded();
        return quotas.consume(consumption, limits, () => Promise.resolve(rows));
      },
    }),
  },
};
