import pg from 'pg';
import { fixedEpochs } from '../../../cache/epochs.ts';
import { createKeyspace } from '../../../cache/keyspace.ts';
import { systemClock } from '../../../clock/clock.ts';
import { parseLsn } from '../../../clock/lsn.ts';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { createLog } from '../../../log/log.ts';
import { createMetrics } from '../../../metrics/metrics.ts';
import { createRedis } from '../../../redis/redis.ts';
import { createSubscriber } from '../../../redis/subscriber.ts';
import type { ProofContext } from '../proof.ts';
import type { Stage } from '../stage.ts';

/** Changes products as somebody in psql does, and hears on the bus when they are evicted: that is told once Redis has done it. */
export interface Evictions {
  /** Resolves when the change is committed. One at a time for each product, by its number. */
  readonly commit: (product: string) => Promise<Change>;
}

export interface Change {
  readonly committedAt: number;
  /** Of this commit or a later one: whoever takes over evicts again what was committed before. */
  readonly eviction: (withinMs?: number) => Promise<Eviction>;
}

export interface Eviction {
  /** Infinity where it was not, in time. */
  readonly at: number;
  /** A fence is in the place of the entry then. */
  readonly isFenced: boolean;
}

interface Heard {
  readonly lsn: string;
  readonly entryKey: string;
  readonly at: number;
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
  const pool = await resources.open(
    () => Promise.resolve(new pg.Pool({ connectionString: stage.servers.primaryUrl })),
    (opened) => opened.end(),
  );
  const heard = new Map<string, Heard[]>();
  const state = { isUp: false };
  subscriber.subscribe(createKeyspace(app, fixedEpochs).channel, {
    message(text) {
      const { lsn, entryKeys } = parse(text);
      const at = performance.now();
      for (const entryKey of entryKeys) heard.get(productOf(entryKey))?.push({ lsn, entryKey, at });
    },
    up: () => (state.isUp = true),
    down: () => (state.isUp = false),
  });
  const isReady = () => state.isUp && redis.state() === 'closed';
  if (!(await waitUntil(isReady, { everyMs: 5, timeoutMs: patienceMs }))) throw new Error('no bus');

  return {
    async commit(product) {
      const ofProduct: Heard[] = [];
      heard.set(product, ofProduct);
      // Before the end of the commit, behind all earlier ones.
      const { rows } = await pool.query<{ position: string }>(
        `UPDATE products SET price_minor = price_minor + 1 WHERE id = $1
         RETURNING pg_current_wal_insert_lsn()::text AS position`,
        [product],
      );
      const committedAt = performance.now();
      const position = parseLsn(rows[0]?.position ?? '');
      return {
        committedAt,
        async eviction(withinMs = patienceMs) {
          const find = () => ofProduct.find(({ lsn }) => lsn > position);
          const found = await waitUntil(find, { everyMs: 1, timeoutMs: withinMs });
          if (found === undefined) return { at: Infinity, isFenced: false };
          const [entry] = await redis.mget([found.entryKey]);
          return { at: found.at, isFenced: entry?.startsWith('T') === true };
        },
      };
    },
  };
}

function parse(text: string): { readonly lsn: string; readonly entryKeys: readonly string[] } {
  if (!text.startsWith('I')) return { lsn: '', entryKeys: [] };
  return JSON.parse(text.slice(1)) as { readonly lsn: string; readonly entryKeys: readonly string[] };
}

/** The number of the product, of the key of its entry. */
const productOf = (entryKey: string): string => /:product\.\d+:(\d+)$/.exec(entryKey)?.[1] ?? '';
