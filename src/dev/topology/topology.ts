import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { migrate } from '../../database/migrate.ts';
import { createLog } from '../../log/log.ts';
import { compiledProgram } from '../compiled.ts';
import { startNginx, type NginxServer } from '../nginx/nginx-server.ts';
import { freePort } from '../processes/free-port.ts';
import { tracked, type OnProgress } from '../progress.ts';
import { startRedisCluster, type RedisClusterServers } from '../redis/redis-cluster.ts';
import { seed } from '../seed/seed.ts';
import { startStack, type Stack } from '../stack.ts';
import { createGatewayProcess, type GatewayProcess } from './gateway-process.ts';

export interface TopologyOptions {
  /** Where every server keeps its data and its log; must exist, and be open to the account that they run as. */
  readonly dataDir: string;
  /** Of nginx; a free one when not given. */
  readonly port?: number | undefined;
  /** Variables of all gateways and workers, over those of the topology. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Aborted: what is just starting is the last that does, and all of it is stopped. */
  readonly signal?: AbortSignal | undefined;
}

/** What `docker-compose.yml` describes, as processes on this machine. */
export interface Topology {
  /** Of nginx. */
  readonly url: string;
  readonly gateways: readonly GatewayProcess[];
  readonly workers: readonly GatewayProcess[];
  /** Three masters, then their replicas in the same order. */
  readonly cluster: RedisClusterServers;
  /** Postgres, and the Redis for live state. */
  readonly stack: Stack;
  /** Ends everything, those in front first. Safe to call twice. */
  stop(): Promise<void>;
}

const GATEWAYS = 3;
const WORKERS = 2;
const REPLICAS = 3;
const CACHE = { maxmemory: '128mb', 'maxmemory-policy': 'allkeys-lru' };
const STATE = { persistent: true, settings: { maxmemory: '128mb', 'maxmemory-policy': 'noeviction' } };
/** Five processes with a pool for each server. */
const POSTGRES = { max_connections: 200 };

/** Starts all of it, with seeded data; nothing is left running where a part does not come up. */
export async function startTopology(options: TopologyOptions): Promise<Topology> {
  const closers: (() => Promise<unknown>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= stopAll(closers));
  try {
    const parts = await startParts(options, (close) => void closers.push(close));
    return { ...parts, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  { dataDir, port, env = {}, onProgress = () => undefined, signal }: TopologyOptions,
  onStarted: (close: () => Promise<unknown>) => void,
): Promise<Omit<Topology, 'stop'>> {
  const [stack, cluster] = await allOrNone([
    startData(dataDir, onProgress, onStarted),
    startCache(dataDir, onProgress, onStarted),
    tracked(onProgress, 'Gateway code', () => compiledProgram('src/main.ts')),
  ]);
  signal?.throwIfAborted();
  const surroundings = { ...environmentOf(stack, cluster), ...env };
  const nginxPort = port ?? (await freePort());
  const url = `http://127.0.0.1:${nginxPort}`;
  const create = (role: 'http' | 'worker', number: number) => {
    const name = `${role === 'http' ? 'gateway' : 'worker'}-${number + 1}`;
    return createGatewayProcess({
      name,
      env: { PUBLIC_URL: url, ...surroundings, ROLES: role },
      logFile: join(dataDir, `${name}.log`),
    });
  };
  const gateways = await Promise.all(Array.from({ length: GATEWAYS }, (_, each) => create('http', each)));
  const workers = await Promise.all(Array.from({ length: WORKERS }, (_, each) => create('worker', each)));
  const processes = [...gateways, ...workers];
  onStarted(() => Promise.all(processes.map((each) => each.stop())));
  await tracked(onProgress, 'Gateways and workers', () => allOrNone(processes.map((each) => each.start())));
  signal?.throwIfAborted();
  const nginx = await tracked(onProgress, 'nginx', () =>
    startNginx({
      dataDir: join(dataDir, 'nginx'),
      port: nginxPort,
      gateways: gateways.map(({ address }) => address),
    }),
  );
  onStarted(() => nginx.stop());
  return { ...{ url: urlOf(nginx), gateways, workers, cluster, stack } };
}

const urlOf = ({ url }: NginxServer) => url;

/** Postgres with its replicas, the Redis for live state, and something in them to look at. */
async function startData(
  dataDir: string,
  onProgress: OnProgress,
  onStarted: (close: () => Promise<unknown>) => void,
): Promise<Stack> {
  const stack = await startStack({
    dataDir,
    replicas: REPLICAS,
    durable: false,
    postgresSettings: POSTGRES,
    redis: STATE,
    onProgress,
  });
  onStarted(() => stack.stop());
  await tracked(onProgress, 'Migrations', () => migrate(stack.databaseUrl, createLog({ level: 'silent' })));
  await tracked(onProgress, 'Seed', () => seed(stack.databaseUrl));
  return stack;
}

async function startCache(
  dataDir: string,
  onProgress: OnProgress,
  onStarted: (close: () => Promise<unknown>) => void,
): Promise<RedisClusterServers> {
  const cluster = await tracked(onProgress, 'Redis Cluster', () =>
    startRedisCluster({ dataDir: join(dataDir, 'cluster'), nodeTimeoutMs: 2_000, settings: CACHE }),
  );
  onStarted(() => cluster.stop());
  return cluster;
}

/** What the manifests give a gateway as well; the names are the same. */
function environmentOf(stack: Stack, cluster: RedisClusterServers): Readonly<Record<string, string>> {
  return {
    NODE_ENV: 'production',
    LOG_LEVEL: 'info',
    DATABASE_URL: stack.databaseUrl,
    DATABASE_REPLICA_URLS: stack.replicaUrls.join(','),
    REDIS_URL: cluster.urls.join(','),
    REDIS_CLUSTER: 'true',
    REDIS_STATE_URL: stack.redisUrl,
    TOKEN_SECRET: randomBytes(32).toString('hex'),
    TRUSTED_PROXIES: '127.0.0.1',
  };
}

/** Each ends, well or not, before a failure is passed on: what comes up late is stopped, too. */
async function allOrNone<T extends readonly unknown[]>(
  parts: readonly [...T],
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  await Promise.allSettled(parts);
  return Promise.all(parts);
}

async function stopAll(closers: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const close of closers.toReversed()) await close();
}
