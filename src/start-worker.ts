import { createChores } from '../datasources/chores.ts';
import { followed } from '../datasources/index.ts';
import type { Demand } from '../datasources/shop/demand.ts';
import { createTasks } from '../datasources/tasks.ts';
import { warmUpSteps } from '../datasources/warm-up.ts';
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
import type { Attendance } from './presence/attendance.ts';
import { createProviders } from './providers/providers.ts';
import type { PubSub } from './pubsub/pubsub.ts';
import type { Redis } from './redis/redis.ts';
import type { Store } from './store/store.ts';
import { createUpkeep } from './upkeep/upkeep.ts';
import { startWarmUp } from './warm-up/warm-up.ts';
import { createBackstop } from './worker/backstop.ts';

interface Needs {
  readonly config: Config;
  readonly overrides: Overrides;
  readonly database: Database;
  readonly clusters: ReadonlySet<Database>;
  readonly shards: Shards;
  readonly cache: Cache;
  readonly openStore: () => Store;
  /** Of every role. */
  readonly redises: readonly Redis[];
  readonly attendance: Attendance;
  readonly demand: Demand;
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
  redises,
  attendance,
  demand,
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
  // Whatever is cached is shared, so that one kind of process is enough to load it.
  const warmUp = startWarmUp({
    steps: warmUpSteps({ openStore, quotas, attendance, demand }),
    ready: () => Promise.all(redises.map((each) => each.untilUp(config.CONNECT_TIMEOUT_MS))),
    clock,
    log,
    budgetMs: config.WARM_UP_MS,
  });
  // Redis was emptied, the history of a log is lost, a replica was promoted: whatever it was, nothing is cached any more.
  const stopListening = database.onGeneration(() => warmUp.again('all entries were given up'));
  return {
    /** Redis may have lost what was evicted, and what was cached. */
    replay(reason: string) {
      for (const backstop of backstops) backstop.replay(reason);
      warmUp.again(reason);
    },
    async close() {
      stopListening();
      await Promise.all([
        ...backstops.map((backstop) => backstop.close()),
        upkeep.close(),
        warmUp.close(),
        jobs.close().finally(() => providers.close()),
      ]);
    },
  };
}
