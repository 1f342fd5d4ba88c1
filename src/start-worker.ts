import { createChores } from '../datasources/chores.ts';
import { followed } from '../datasources/index.ts';
import { createTasks } from '../datasources/tasks.ts';
import type { Cache } from './cache/cache.ts';
import type { Clock } from './clock/clock.ts';
import { systemRandom } from './clock/random.ts';
import type { Config } from './config/config.ts';
import type { Database } from './database/database.ts';
import type { Shards } from './database/shards.ts';
import { slotNameOf } from './database/slot.ts';
import { createJobs } from './jobs/jobs.ts';
import type { Quotas } from './limits/quotas.ts';
import type { Log } from './log/log.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Overrides } from './overrides.ts';
import { createProviders } from './providers/providers.ts';
import type { PubSub } from './pubsub/pubsub.ts';
import type { Store } from './store/store.ts';
import { createUpkeep } from './upkeep/upkeep.ts';
import { createBackstop } from './worker/backstop.ts';

interface Needs {
  readonly config: Config;
  readonly overrides: Overrides;
  readonly database: Database;
  readonly clusters: ReadonlySet<Database>;
  readonly shards: Shards;
  readonly cache: Cache;
  readonly openStore: () => Store;
  readonly quotas: Quotas;
  readonly pubsub: PubSub;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** A part of the composition root: what a gateway with the role `worker` does beside answering requests. */
export function startWorker({
  config,
  overrides,
  database,
  clusters,
  shards,
  cache,
  openStore,
  quotas,
  pubsub,
  clock,
  metrics,
  log,
}: Needs) {
  const providers = createProviders({ config, clock, metrics, log });
  const common = { primaryUrl: database.primaryUrl, clock, random: systemRandom, metrics, log };
  const backstops = [...clusters].map(({ primaryUrl }) =>
    createBackstop({
      ...common,
      primaryUrl,
      slot: slotNameOf(config.APP_NAME),
      followed,
      cache,
      epochs: database.epochs,
      settings: { holdMs: config.REPLAY_SECONDS * 1_000, connectTimeoutMs: config.CONNECT_TIMEOUT_MS },
    }),
  );
  const upkeep = createUpkeep({ ...common, chores: createChores({ openStore, shards }) });
  const jobs = createJobs({
    ...common,
    tasks: overrides.tasks ?? createTasks({ openStore, providers, pubsub, quotas, clock, log }),
    app: config.APP_NAME,
    settings: { concurrency: config.JOB_CONCURRENCY, ...overrides.jobSettings },
  });
  return {
    replay: (reason: string) => backstops.forEach((backstop) => backstop.replay(reason)),
    async close() {
      await Promise.all([
        ...backstops.map((backstop) => backstop.close()),
        upkeep.close(),
        jobs.close().finally(() => providers.close()),
      ]);
    },
  };
}
