import type { RedisUse } from '../config/config.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { RedisReply, WireCommand } from './script.ts';
import { field } from './server-facts.ts';

export const figuresQuery: readonly WireCommand[] = [
  ['info', 'memory'],
  ['info', 'stats'],
];

interface Needs {
  readonly role: RedisUse;
  readonly node: string;
  readonly metrics: Metrics;
}

/** What one server says of its memory, as metrics. */
export function createFigures({ role, node, metrics }: Needs) {
  const labels = { role, node };
  let evictedBefore: number | undefined;

  return {
    /** Takes the replies to `figuresQuery`; what a server does not tell is left as it was. */
    take([memory, stats]: readonly RedisReply[]): void {
      const used = numberOf(memory, 'used_memory');
      const limit = numberOf(memory, 'maxmemory') ?? 0;
      const machine = numberOf(memory, 'total_system_memory');
      if (used !== undefined) metrics.redisMemory.set(labels, used);
      if (limit > 0 || machine !== undefined) metrics.redisMemoryLimit.set(labels, limit || (machine ?? 0));
      const evicted = numberOf(stats, 'evicted_keys');
      if (evicted === undefined) return;
      // What it evicted before we first asked is not known to have been just now; a server that was restarted counts from zero.
      const since = evictedBefore === undefined || evicted >= evictedBefore ? (evictedBefore ?? evicted) : 0;
      metrics.redisEvictions.inc(labels, evicted - since);
      evictedBefore = evicted;
    },
    /** The node is not ours any more. */
    forget(): void {
      for (const gauge of [metrics.redisMemory, metrics.redisMemoryLimit]) gauge.remove(labels);
    },
  };
}

function numberOf(info: RedisReply | undefined, name: string): number | undefined {
  const text = field(info, name);
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}
