import { totalOf, type Counter } from '../measures.ts';
import { percentOf } from './shares.ts';

/** Where the keys of some policies were answered, by `gateway_cache_reads_total`. */
export interface KeysRead {
  /** By a copy in the process. */
  readonly l1: number;
  readonly redis: number;
  /** By another request's read, wherever that was answered: counted as no hit. */
  readonly joined: number;
  readonly source: number;
}

const outcomes = {
  l1: ['hit', 'absent'],
  redis: ['hit', 'absent', 'stale'],
  flight: ['joined'],
  source: ['loaded', 'uncached', 'failed'],
} as const;

export async function readKeys(
  { cacheReads }: { readonly cacheReads: Counter },
  policies: readonly string[],
): Promise<KeysRead> {
  const count = async (tier: keyof typeof outcomes) => {
    const totals = policies.flatMap((policy) =>
      outcomes[tier].map((outcome) => totalOf(cacheReads, { policy, tier, outcome })),
    );
    return (await Promise.all(totals)).reduce((sum, each) => sum + each, 0);
  };
  return {
    l1: await count('l1'),
    redis: await count('redis'),
    joined: await count('flight'),
    source: await count('source'),
  };
}

export const keysSince = (after: KeysRead, before: KeysRead): KeysRead => ({
  l1: after.l1 - before.l1,
  redis: after.redis - before.redis,
  joined: after.joined - before.joined,
  source: after.source - before.source,
});

/** Percent of the keys that a cache has answered; `past` more were read without asking it. */
export const hitPercent = (keys: KeysRead, past = 0): number =>
  percentOf(keys.l1 + keys.redis, sum(keys) + past);

/** As `98.9 % (L1 40.1 %, Redis 58.8 %)`. */
export function describeHits(keys: KeysRead, past = 0): string {
  const share = (part: number) => `${percentOf(part, sum(keys) + past)} %`;
  return `${hitPercent(keys, past)} % (L1 ${share(keys.l1)}, Redis ${share(keys.redis)})`;
}

const sum = ({ l1, redis, joined, source }: KeysRead) => l1 + redis + joined + source;
