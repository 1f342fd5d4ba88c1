import { upsertLastSeen } from '../datasources/chats/last-seen.ts';
import { typingEveryMs } from '../datasources/chats/typing.ts';
import { openDemand } from '../datasources/shop/demand.ts';
import { openClickBuffers } from '../datasources/links/click-buffers.ts';
import { createLinks, linkPolicy, type Link } from '../datasources/links/links.ts';
import { createSessionSlides } from '../datasources/users/session-slides.ts';
import { createSessions } from '../datasources/users/sessions.ts';
import { createBankScope } from './auth/bank-scope.ts';
import { createPasswords, hashCost } from './auth/passwords.ts';
import { createTokens } from './auth/tokens.ts';
import { missedBeats } from './cache/bus.ts';
import { createCache } from './cache/cache.ts';
import { defaultCacheSettings } from './cache/settings.ts';
import { systemClock } from './clock/clock.ts';
import { createDeadline } from './clock/deadline.ts';
import { systemRandom } from './clock/random.ts';
import { ConfigError, pointLimits, type Config } from './config/config.ts';
import { createConsistency } from './context/consistency.ts';
import { createContextMaker } from './context/create-context.ts';
import { createSessionWatch } from './context/session-watch.ts';
import { openDatabases } from './database/open-databases.ts';
import { readTrust } from './documents/documents.ts';
import { createOperations } from './graphql/operations.ts';
import { createSchema } from './graphql/schema.ts';
import { isPortTaken, urlOf } from './http/address.ts';
import { createClientAddress } from './http/client-address.ts';
import { createDrain } from './http/drain.ts';
import { registerGraphiql } from './http/graphiql/graphiql.ts';
import { consistencyHeader, registerGraphql } from './http/graphql-route.ts';
import { registerHealth } from './http/health.ts';
import { registerLive } from './http/live/live.ts';
import { createHotLane, joinLanes } from './http/redirects/hot-lane.ts';
import type { Redirects } from './http/redirects/redirects.ts';
import { registerRedirects } from './http/redirects/route.ts';
import { createHttpServer } from './http/server.ts';
import { createIds } from './ids/ids.ts';
import { createWorkerNumbers } from './ids/worker-numbers.ts';
import { createQuotas } from './limits/quotas.ts';
import { createRateLimit } from './limits/rate/rate-limit.ts';
import { createThrottle } from './limits/throttle.ts';
import { createTurns } from './limits/turns.ts';
import { createLog } from './log/log.ts';
import { openKept } from './http/kept/kept.ts';
import { aroundOf, type Overrides } from './overrides.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { openPresence } from './presence/presence.ts';
import type { PubSub } from './pubsub/pubsub.ts';
import { createPubSub } from './pubsub/redis-pubsub.ts';
import { openRedises } from './redis/open-redises.ts';
import { createSubscriber } from './redis/subscriber.ts';
import { startGraphql } from './start-graphql.ts';
import { startWorker } from './start-worker.ts';
import { createJoinedLoads } from './store/joined-loads.ts';
import { createStore } from './store/store.ts';
import { tracedCache, tracedDatabase } from './store/traced.ts';
import { createTransactions } from './store/transactions.ts';
import { openTracing } from './tracing/open-tracing.ts';
import { replayAfterLoss } from './worker/replay-after-loss.ts';

/** Quotas are of days; clocks may differ. */
const quotaLifeMs = 25 * 3_600_000;

/** A running gateway. */
export interface App {
  /** Such as `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly metrics: Metrics;
  /** Resolves when nothing runs in the background any more. */
  idle(): Promise<void>;
  /** Stops taking requests, ends those under way, hands over what was gathered, closes every connection. */
  close(): Promise<void>;
}

/** The composition root: builds every part once, in the order of the layers, and closes them in reverse. */
export async function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const clock = systemClock;
  const log = overrides.log ?? createLog({ level: config.LOG_LEVEL });
  const metrics = createMetrics({ processMetrics: config.NODE_ENV !== 'test' });
  const development = config.NODE_ENV !== 'production';

  // First, because they can fail and open nothing.
  const contract = createSchema();
  const trust = readTrust(config);

  const around = aroundOf(overrides);
  const tracing = openTracing({ config, log, exporter: overrides.spanExporter });
  const { database, shards } = await openDatabases(config, { clock, metrics, log }, (own) =>
    around.database(tracedDatabase(own, tracing)),
  );
  const clusters = new Set([database, ...shards.all.map((shard) => shard.database)]);

  const { redis, stateRedis, ...redises } = openRedises(config, { clock, metrics, log, tracing });
  const subscriber = createSubscriber({ urls: redis.urls, log });
  const ownCache = createCache({
    ...{ redis, subscriber, clock, random: systemRandom, metrics, log },
    app: config.APP_NAME,
    epochs: database.epochs,
    settings: { l1MaxEntries: config.L1_MAX_ENTRIES, ...overrides.cacheSettings },
    ...(overrides.protections && { protections: overrides.protections }),
  });
  const cache = around.cache(tracedCache(ownCache, tracing));
  const heartbeatMs = overrides.cacheSettings?.heartbeatMs ?? defaultCacheSettings.heartbeatMs;
  const ownPubSub = createPubSub({
    ...{ redis, subscriber, clock, metrics, log },
    app: config.APP_NAME,
    settings: { heartbeatMs, ...overrides.pubsubSettings },
  });
  const pubsub = around.pubsub(ownPubSub);
  // A Redis that was away may have come back without its fences, and a lagging replica would refill it with what is old.
  redis.beforeReturn({
    run: async () => {
      await Promise.all([...clusters].map((each) => each.raiseFloor()));
    },
    done: () => true,
  });

  const transactions = createTransactions({ cache, database, clock, log });
  const loads = around.loads(createJoinedLoads(clock));
  const openStore = (deadline = createDeadline(clock, config.REQUEST_DEADLINE_MS)) =>
    createStore({ cache, database, transactions, loads, deadline, clock });
  const slides = createSessionSlides({ openStore: () => openStore(), clock, log });
  const consistency = createConsistency({
    redis: stateRedis,
    app: config.APP_NAME,
    clock,
    metrics,
    log,
    maxLagMs: config.REPLICA_MAX_LAG_MS,
    busTimeoutMs: missedBeats * heartbeatMs,
  });
  const isWorker = config.ROLES.includes('worker');
  const live = { redis: stateRedis, app: config.APP_NAME, clock, metrics, log };
  const presence = openPresence({
    ...live,
    pubsub,
    isWorker,
    keepLatest: async (batch) => (await database.write((tx) => upsertLastSeen(tx, batch))).value,
  });
  const demand = openDemand({ ...live, isWorker, write: (work) => database.write(work) });
  const clicks = openClickBuffers({
    ...{ ...live, shards, isWorker, around: around.clicks },
    settings: overrides.clickSettings,
  });
  const publicUrl = () => (config.PUBLIC_URL ?? urlOf(http.server, config.HOST)).replace(/\/$/, '');
  const redirects: Redirects<Link> = {
    peek: (code) => cache.peek(linkPolicy, code)?.value,
    find: (code, deadline) => createLinks({ store: openStore(deadline), shards, publicUrl }).get(code),
    visited: clicks.count,
  };
  const bankScope = createBankScope({ redis: stateRedis, app: config.APP_NAME, clock });
  const tokens = createTokens({ secret: config.TOKEN_SECRET, clock });
  const ownQuotas = createQuotas({ ...live, lifeMs: quotaLifeMs });
  const quotas = around.quotas(ownQuotas);
  const ids = createIds({ numbers: createWorkerNumbers(database), clock, log });
  const rateLimit = createRateLimit({ ...live, limits: pointLimits(config) });
  const createContext = createContextMaker({
    cache,
    pubsub,
    database,
    transactions,
    loads,
    slides,
    consistency,
    rateLimit,
    clock,
    deadlineMs: config.REQUEST_DEADLINE_MS,
    passwords: createPasswords(overrides.hashCost ?? hashCost),
    attendance: presence.attendance,
    presenceWatch: presence.watch,
    typingThrottle: createThrottle({ ...live, name: 'typing', everyMs: typingEveryMs }),
    tokens,
    bankScope,
    quotas,
    turns: createTurns(),
    demand,
    ids,
    shards,
    publicUrl,
    openStore,
  });

  const sessions = createSessionWatch({
    ...{ tokens, clock, log },
    checkEveryMs: overrides.sessionCheckEveryMs,
    async findSessions(claims) {
      const deadline = createDeadline(clock, config.REQUEST_DEADLINE_MS);
      const found = createSessions({ store: openStore(deadline), clock, bankScope }).findEach(claims);
      return found.finally(() => deadline.end());
    },
  });

  const schema = servedSchema(overrides, pubsub) ?? contract;
  const graphql = await startGraphql({
    ...{ config, schema, trust, redis, clock, log, metrics, tracing, development },
    around: around.graphql,
  });

  let closing: Promise<void> | undefined;
  const drain = createDrain({ clock, config });
  const redirecting = { redirects, cdnSeconds: config.LINK_CDN_SECONDS, clock, log, metrics };
  // A browser that was asked for it once takes nothing but TLS for a year, of whatever else is on this host.
  const strictTransport = config.NODE_ENV !== 'development';
  const clientAddress = createClientAddress(config.TRUSTED_PROXIES);
  const asked = { createContext, clientAddress, log, metrics };
  const { protections } = overrides;
  const keeping = { ...asked, cache, protections, clock, rateLimit, consistencyHeader };
  const { kept, hotLane: keptLane } = openKept(config, keeping);
  const http = await createHttpServer({
    ...{ log, metrics, drain, strictTransport },
    hotLane: joinLanes(createHotLane({ ...redirecting, strictTransport }), keptLane),
    bodyLimitBytes: config.BODY_LIMIT_BYTES,
    corsOrigins: config.CORS_ORIGINS,
    maxConnections: config.MAX_CONNECTIONS,
  });
  registerHealth(http, {
    ...{ database, cache, metrics, drain },
    shards: [...clusters].filter((cluster) => cluster !== database),
  });
  if (config.ROLES.includes('http')) {
    const answerByEvents = registerLive(http, {
      ...{ sessions, drain, clientAddress, clock, log, metrics },
      operations: createOperations({ graphql, schema, createContext, log, metrics, tracing }),
      ...{ maxConnections: config.MAX_LIVE_CONNECTIONS, maxOperations: config.MAX_LIVE_OPERATIONS },
      maxPerNetwork: config.MAX_LIVE_CONNECTIONS_PER_ADDRESS,
      origins: config.CORS_ORIGINS,
      settings: overrides.liveSettings,
    });
    registerGraphql(http, {
      ...{ ...asked, graphql, answerByEvents, kept, tracing },
      maxBatch: config.MAX_BATCH,
    });
    registerRedirects(http, {
      ...redirecting,
      openDeadline: () => createDeadline(clock, config.REQUEST_DEADLINE_MS),
    });
    registerGraphiql(http, { endpoint: '/graphql', development, log });
  }

  const worker = isWorker
    ? startWorker({
        ...{ config, overrides, database, clusters, shards, cache, openStore },
        ...{ redises: [redis, stateRedis], attendance: presence.attendance, demand },
        ...{ quotas, pubsub, clock, metrics, log },
      })
    : undefined;
  replayAfterLoss(redis, () => worker);

  async function stop(): Promise<void> {
    await drain.close(http);
    await worker?.close();
    await presence.close();
    await demand.close();
    await clicks.close();
    await graphql.stop();
    sessions.close();
    pubsub.close();
    await slides.close().catch((error: unknown) => log.warn({ err: error }, 'sessions were not extended'));
    await ids.close();
    await transactions.close();
    await cache.close();
    await Promise.all([database.close(), shards.close(), subscriber.close(), redises.close()]);
    await tracing.close();
  }

  try {
    await Promise.all([
      http.listen({ host: config.HOST, port: config.PORT }),
      redis.untilUp(config.CONNECT_TIMEOUT_MS),
    ]);
  } catch (error) {
    await stop();
    throw isPortTaken(error) ? new ConfigError([`PORT ${config.PORT} is taken by another program.`]) : error;
  }
  return {
    url: urlOf(http.server, config.HOST),
    metrics,
    async idle() {
      await presence.idle();
      await demand.idle();
      await clicks.idle();
      await transactions.idle();
      await cache.idle();
    },
    close: () => (closing ??= stop()),
  };
}

const servedSchema = ({ schema }: Overrides, pubsub: PubSub) => schema?.(pubsub);
