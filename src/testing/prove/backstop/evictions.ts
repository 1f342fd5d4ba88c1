import { fixedEpochs } from '../../../cache/epochs.ts';
import { createKeyspace } from '../../../cache/keyspace.ts';
import { systemClock } from '../../../clock/clock.ts';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { createLog } from '../../../log/log.ts';
import { createMetrics } from '../../../metrics/metrics.ts';
import { createRedis } from '../../../redis/redis.ts';
import { createSubscriber } from '../../../redis/subscriber.ts';
import type { ProofContext } from '../proof.ts';
import type { Stage } from '../stage.ts';

/** Hears on the bus what is evicted, which is told when Redis has done it. */
export interface Evictions {
  /** From now on; resolves to when the product was evicted, and whether a fence is in its place then. */
  readonly next: (product: string, withinMs?: number) => Promise<Eviction>;
}

export interface Eviction {
  /** Infinity where it was not, in time. */
  readonly at: number;
  readonly isFenced: boolean;
}

const patienceMs = 30_000;

export async function hearEvictions(
  { resources }: Pick<ProofContext, 'resources'>,
  stage: Stage,
  app: string,
): Promise<Evictions> {
  const log = createLog({ level: 'silent' });
  const clock = systemClock;
  const settings = { deadlineMs: 5_000 };
  const url = stage.servers.redisUrl;
  const redis = await resources.open(
    () =>
      Promise.resolve(createRedis({ url, role: 'cache', clock, metrics: createMetrics(), log, settings })),
    (opened) => opened.close(),
  );
  const subscriber = await resources.open(
    () => Promise.resolve(createSubscriber({ urls: [url], log })),
    (opened) => opened.close(),
  );
  const waiting = new Map<string, (entryKey: string) => void>();
  const state = { isUp: false };
  subscriber.subscribe(createKeyspace(app, fixedEpochs).channel, {
    message(text) {
      for (const entryKey of entryKeysOf(text)) waiting.get(productOf(entryKey))?.(entryKey);
    },
    up: () => (state.isUp = true),
    down: () => (state.isUp = false),
  });
  const isReady = () => state.isUp && redis.state() === 'closed';
  if (!(await waitUntil(isReady, { everyMs: 5, timeoutMs: patienceMs }))) throw new Error('no bus');

  return {
    async next(product, withinMs = patienceMs) {
      const heard = new Promise<{ at: number; entryKey: string }>((resolve) =>
        waiting.set(product, (entryKey) => resolve({ at: performance.now(), entryKey })),
      );
      let giveUp: NodeJS.Timeout | undefined;
      const tooLate = new Promise<undefined>(
        (resolve) => (giveUp = setTimeout(resolve, withinMs, undefined)),
      );
      const eviction = await Promise.race([heard, tooLate]);
      clearTimeout(giveUp);
      waiting.delete(product);
      if (eviction === undefined) return { at: Infinity, isFenced: false };
      const [entry] = await redis.mget([eviction.entryKey]);
      return { at: eviction.at, isFenced: entry?.startsWith('T') === true };
    },
  };
}

function entryKeysOf(text: string): readonly string[] {
  if (!text.startsWith('I')) return [];
  return (JSON.parse(text.slice(1)) as { readonly entryKeys: readonly string[] }).entryKeys;
}

/** The number of the product, of the key of its entry. */
const productOf = (entryKey: string): string => /:product\.\d+:(\d+)$/.exec(entryKey)?.[1] ?? '';
