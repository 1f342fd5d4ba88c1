import { createCache, type Cache } from '../../../cache/cache.ts';
import { textPolicy } from '../../../cache/testing/gateway.ts';
import { createTable, type Table } from '../../../cache/testing/table.ts';
import { systemClock } from '../../../clock/clock.ts';
import { systemRandom } from '../../../clock/random.ts';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import type { RedisServer } from '../../../dev/redis/redis-server.ts';
import { createLog } from '../../../log/log.ts';
import { createMetrics } from '../../../metrics/metrics.ts';
import { createRedis } from '../../../redis/redis.ts';
import { createSubscriber } from '../../../redis/subscriber.ts';
import { randomAppName } from '../../gateway.ts';
import { createFaultProxy, type FaultProxy } from '../../servers/fault-proxy.ts';
import type { Resources } from '../resources.ts';

/** Two gateways' caches over one table: one writes, the other keeps copies and hears of changes through a link of its own. */
export interface Pair {
  /** Commits the next revision of the row and tells both; resolves when the writer would be answered. */
  readonly write: (key: string) => Promise<number>;
  /** The revision that was committed last. */
  readonly latest: (key: string) => number;
  /** The revision that the second gateway shows. */
  readonly look: (key: string) => Promise<number>;
  /** Resolves when the second gateway holds a copy of what it shows now. */
  readonly copy: (key: string) => Promise<void>;
  /** Whether the second gateway trusts its copies. */
  readonly hears: () => boolean;
  /** The bus, and nothing else, on its way to the second gateway. */
  readonly busLink: FaultProxy;
}

export interface PairOptions {
  readonly keys: readonly string[];
  /** Of the second gateway; three of them without a heartbeat make the bus silent. */
  readonly heartbeatMs?: number;
}

const policy = textPolicy({ l1ForMs: 600_000, freshForMs: 3_600_000 });
const readyWithinMs = 10_000;

export async function createPair(
  server: RedisServer,
  resources: Resources,
  { keys, heartbeatMs = 500 }: PairOptions,
): Promise<Pair> {
  const app = randomAppName();
  const busLink = await resources.open(
    () => createFaultProxy({ targetPort: server.port }),
    (proxy) => proxy.close(),
  );
  const open = (subscriberUrl: string, ownHeartbeatMs: number) =>
    resources.open(
      () => Promise.resolve(openCache({ url: server.url, subscriberUrl, app, heartbeatMs: ownHeartbeatMs })),
      (opened) => opened.close(),
    );
  const { cache: writer } = await open(server.url, 500);
  const { cache: reader } = await open(busLink.through(server.url), heartbeatMs);
  const isUp = () =>
    [writer, reader].every((cache) => cache.status().redis === 'up' && cache.status().bus === 'heard');
  if (!(await waitUntil(() => Promise.resolve(isUp()), { everyMs: 5, timeoutMs: readyWithinMs })))
    throw new Error('the caches did not come up');

  const table = createTable(Object.fromEntries(keys.map((key) => [key, '0'])));
  const revisions = new Map<string, number>();
  const look = async (key: string) => Number((await reader.getMany(policy, [key], table.source)).get(key));
  return {
    write: (key) => write(writer, table, revisions, key),
    latest: (key) => revisions.get(key) ?? 0,
    look,
    async copy(key) {
      // The first may find nothing in Redis; the second then reads the filled entry and keeps it.
      for (let times = 0; times < 2; times += 1) {
        await look(key);
        await reader.idle();
      }
    },
    hears: () => reader.status().bus === 'heard',
    busLink,
  };
}

async function write(cache: Cache, table: Table, revisions: Map<string, number>, key: string) {
  const revision = (revisions.get(key) ?? 0) + 1;
  revisions.set(key, revision);
  const lsn = table.write(key, String(revision));
  if (!(await cache.invalidate([{ policy, id: key }], lsn))) throw new Error('an invalidation failed');
  return revision;
}

interface Opened {
  readonly cache: Cache;
  readonly close: () => Promise<void>;
}

function openCache({
  url,
  subscriberUrl,
  app,
  heartbeatMs,
}: {
  readonly url: string;
  readonly subscriberUrl: string;
  readonly app: string;
  readonly heartbeatMs: number;
}): Opened {
  const metrics = createMetrics();
  const log = createLog({ level: 'silent' });
  // A machine that is busy is no outage here.
  const settings = { deadlineMs: 5_000 };
  const redis = createRedis({ url, role: 'cache', clock: systemClock, metrics, log, settings });
  const subscriber = createSubscriber({ urls: [subscriberUrl], log });
  const cache = createCache({
    redis,
    subscriber,
    clock: systemClock,
    random: systemRandom,
    metrics,
    log,
    app,
    settings: { heartbeatMs },
  });
  return {
    cache,
    async close() {
      await cache.close();
      await subscriber.close();
      await redis.close();
    },
  };
}
