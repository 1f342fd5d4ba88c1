import { join } from 'node:path';
import { startPostgresCluster, type PostgresCluster } from './postgres/cluster.ts';
import type { PostgresServer } from './postgres/postgres-server.ts';
import type { PostgresSettings } from './postgres/server-settings.ts';
import { lockFolder } from './processes/folder-lock.ts';
import { chooseDataRoot } from './processes/reachable-folder.ts';
import { findServiceUser } from './processes/service-user.ts';
import { tracked, type OnProgress } from './progress.ts';
import { createRedisServer, type RedisServer, type RedisServerOptions } from './redis/redis-server.ts';

/** Servers that run elsewhere; whatever is named here is used, and nothing of its kind is started. */
export interface ExternalServers {
  readonly databaseUrl?: string | undefined;
  readonly replicaUrls?: readonly string[] | undefined;
  readonly redisUrl?: string | undefined;
}

export interface StackOptions {
  /** Where the data lives; `.stack` in the project when not given, or a folder for temporary files. */
  readonly dataDir?: string | undefined;
  readonly external?: ExternalServers | undefined;
  /** How many streaming standbys; 1 when not given. */
  readonly replicas?: number | undefined;
  /** False is for tests only. */
  readonly durable?: boolean | undefined;
  /** Free ports when not given. */
  readonly ports?:
    | {
        readonly primary?: number | undefined;
        readonly replicas?: readonly number[] | undefined;
        readonly redis?: number | undefined;
      }
    | undefined;
  /** Parameters for the primary and the replicas, over those of `server-settings.ts`. */
  readonly postgresSettings?: PostgresSettings | undefined;
  readonly redis?: Omit<RedisServerOptions, 'dataDir' | 'port' | 'onFetch' | 'onFetched'> | undefined;
  readonly onProgress?: OnProgress | undefined;
}

export interface Stack {
  readonly databaseUrl: string;
  readonly replicaUrls: readonly string[];
  readonly redisUrl: string;
  /** Undefined when the database is external. */
  readonly primary?: PostgresServer;
  readonly replicas: readonly PostgresServer[];
  /** Undefined when Redis is external. */
  readonly redis?: RedisServer;
  /** Stops what was started, in reverse order. Safe to call twice. */
  stop(): Promise<void>;
}

interface Stoppable {
  stop(): Promise<void>;
}

const DATABASE = 'tributary';

/**
 * Starts what the gateway needs and is not given: Postgres with its replicas, and Redis, all at once.
 * `StackProblem` when something is missing or another stack holds the folder; nothing is left running then.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { external = {} } = options;
  const { databaseUrl, replicaUrls = [], redisUrl } = external;
  if (databaseUrl !== undefined && redisUrl !== undefined) {
    return { databaseUrl, replicaUrls, redisUrl, replicas: [], stop: () => Promise.resolve() };
  }
  const root = await chooseDataRoot(options.dataDir, await findServiceUser());
  const unlock = await lockFolder(root);
  const started: Stoppable[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= stopAll(started, unlock));
  try {
    return { ...(await startMissing(options, root, (server) => started.push(server))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startMissing(
  options: StackOptions,
  root: string,
  onStarted: (server: Stoppable) => void,
): Promise<Omit<Stack, 'stop'>> {
  const { external = {} } = options;
  // Each part ends, well or not, before a failure is passed on: what comes up late must be stopped, too.
  const [postgres, redis] = await allSettledOrThrow([
    external.databaseUrl === undefined ? startPostgres(options, root, onStarted) : undefined,
    external.redisUrl === undefined ? startRedis(options, root, onStarted) : undefined,
  ]);
  return {
    ...(postgres ? addresses(postgres, external) : given(external)),
    redisUrl: redis?.url ?? external.redisUrl ?? '',
    ...(redis && { redis }),
  };
}

function given({ databaseUrl = '', replicaUrls = [] }: ExternalServers) {
  return { databaseUrl, replicaUrls, replicas: [] };
}

function addresses({ primary, replicas }: PostgresCluster, { replicaUrls }: ExternalServers) {
  return {
    databaseUrl: primary.url(DATABASE),
    replicaUrls: replicaUrls ?? replicas.map((replica) => replica.url(DATABASE)),
    primary,
    replicas,
  };
}

function startPostgres(
  options: StackOptions,
  root: string,
  onStarted: (server: Stoppable) => void,
): Promise<PostgresCluster> {
  const {
    external,
    replicas = 1,
    durable = true,
    postgresSettings = {},
    ports = {},
    onProgress = ignore,
  } = options;
  return startPostgresCluster({
    root,
    replicas: external?.replicaUrls === undefined ? replicas : 0,
    database: DATABASE,
    durable,
    settings: postgresSettings,
    primaryPort: ports.primary,
    replicaPorts: ports.replicas ?? [],
    onProgress,
    onStarted,
  });
}

async function startRedis(
  options: StackOptions,
  root: string,
  onStarted: (server: Stoppable) => void,
): Promise<RedisServer> {
  const { ports = {}, redis = {}, onProgress = ignore } = options;
  const onFetch = () => onProgress({ step: 'Redis download', state: 'start', ms: 0 });
  const onFetched = (ms: number) => onProgress({ step: 'Redis download', state: 'done', ms });
  const server = await tracked(onProgress, 'Redis', () =>
    createRedisServer({ ...redis, dataDir: join(root, 'redis'), port: ports.redis, onFetch, onFetched }),
  );
  onStarted(server);
  return server;
}

/** All at once: a replica that goes frees its primary from sending it the last WAL. The folder is given back last. */
async function stopAll(servers: readonly Stoppable[], unlock: () => Promise<void>): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
  await unlock();
}

async function allSettledOrThrow<T extends readonly unknown[]>(
  parts: readonly [...T],
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  await Promise.allSettled(parts);
  return Promise.all(parts);
}

function ignore(): void {
  // Nobody asked to be told.
}
