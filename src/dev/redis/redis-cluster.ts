import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../processes/free-port.ts';
import { writeOwnedFile } from '../processes/owned-files.ts';
import { chooseCacheRoot } from '../processes/reachable-folder.ts';
import { findServiceUser } from '../processes/service-user.ts';
import { StackProblem } from '../processes/stack-problem.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { findRedis, redisAccount } from './find-redis.ts';
import { createRedisServer, type RedisServer } from './redis-server.ts';

export interface RedisClusterOptions {
  /** Made when missing; every server has a folder of its own in it. */
  readonly dataDir: string;
  /** 3 when not given; each has one replica. */
  readonly masters?: number;
  /** After so long without a word a master counts as failed and its replica takes over; 500 ms when not given. */
  readonly nodeTimeoutMs?: number;
  /** Redis parameters for all servers, as for `createRedisServer`. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

export interface ClusterServer extends RedisServer {
  /** Its name in the cluster. */
  readonly id: string;
  /** The numbers of the slots that it began with; none for a replica. */
  readonly slots: readonly [first: number, last: number] | undefined;
}

export interface RedisClusterServers {
  /** Masters first, then their replicas in the same order. The roles are those of the start. */
  readonly servers: readonly ClusterServer[];
  readonly urls: readonly string[];
  /** Asks one server; errors of the server fly. */
  ask(server: ClusterServer, ...command: readonly [string, ...(string | number)[]]): Promise<unknown>;
  stop(): Promise<void>;
}

interface Plan {
  readonly id: string;
  readonly port: number;
  readonly busPort: number;
  readonly masterId: string | undefined;
  readonly epoch: number;
  readonly slots: readonly [first: number, last: number] | undefined;
}

const SLOTS = 16_384;
const READY_TIMEOUT_MS = 20_000;
const POLL_EVERY_MS = 20;

/**
 * Starts masters and replicas on 127.0.0.1 that know each other from a file, so that no introductions are waited for;
 * resolves when all slots are served and every replica follows its master. Needs Redis 7 or Valkey.
 */
export async function startRedisCluster(options: RedisClusterOptions): Promise<RedisClusterServers> {
  const plans = await makePlans(options.masters ?? 3);
  const binary = await findRedis({
    serverBin: process.env['REDIS_SERVER_BIN'],
    cacheDir: await chooseCacheRoot(await findServiceUser()),
  });
  const owner = await redisAccount(binary.command);
  const launched = await Promise.allSettled(
    plans.map(async (plan): Promise<ClusterServer> => {
      const dataDir = join(options.dataDir, String(plan.port));
      await mkdir(dataDir, { recursive: true });
      await writeOwnedFile(join(dataDir, 'nodes.conf'), nodesFile(plans, plan), owner);
      const server = await createRedisServer({
        dataDir,
        port: plan.port,
        settings: toSettings(options, plan),
      });
      return { ...server, id: plan.id, slots: plan.slots };
    }),
  );
  const servers = launched.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const cluster: RedisClusterServers = {
    servers,
    urls: servers.map(({ url }) => url),
    ask,
    async stop() {
      // A server that is asked to end while it writes to a frozen one waits for it.
      for (const server of servers) server.resume();
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
  try {
    for (const one of launched) if (one.status === 'rejected') throw one.reason;
    await untilReady(servers);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

async function makePlans(masters: number): Promise<readonly Plan[]> {
  const ids = Array.from({ length: masters * 2 }, () => randomBytes(20).toString('hex'));
  return Promise.all(
    ids.map(async (id, index): Promise<Plan> => {
      const isMaster = index < masters;
      const border = (part: number) => Math.floor((part * SLOTS) / masters);
      return {
        id,
        port: await freePort(),
        busPort: await freePort(),
        masterId: isMaster ? undefined : ids[index - masters],
        epoch: (index % masters) + 1,
        slots: isMaster ? [border(index), border(index + 1) - 1] : undefined,
      };
    }),
  );
}

/** What a server would have written itself, had it been told of the others by CLUSTER MEET. */
function nodesFile(plans: readonly Plan[], own: Plan): string {
  const lines = plans.map(({ id, port, busPort, masterId, epoch, slots }) => {
    const flags = `${id === own.id ? 'myself,' : ''}${masterId === undefined ? 'master' : 'slave'}`;
    const line = `${id} 127.0.0.1:${port}@${busPort} ${flags} ${masterId ?? '-'} 0 0 ${epoch} connected`;
    return slots === undefined ? line : `${line} ${slots.join('-')}`;
  });
  return `${lines.join('\n')}\nvars currentEpoch ${plans.length} lastVoteEpoch 0\n`;
}

function toSettings({ nodeTimeoutMs = 500, settings }: RedisClusterOptions, { busPort }: Plan) {
  return {
    'cluster-enabled': 'yes',
    'cluster-config-file': 'nodes.conf',
    'cluster-port': busPort,
    'cluster-node-timeout': nodeTimeoutMs,
    // The loss of one part is to be seen in that part only.
    'cluster-require-full-coverage': 'no',
    // A replica may take over however long ago it heard from its master: a busy machine is late.
    'cluster-replica-validity-factor': 0,
    'repl-diskless-sync-delay': 0,
    ...settings,
  };
}

async function untilReady(servers: readonly ClusterServer[]): Promise<void> {
  const isReady = async (server: ClusterServer) => {
    const info =
      String(await ask(server, 'cluster', 'info')) + String(await ask(server, 'info', 'replication'));
    const follows = server.slots !== undefined || info.includes('master_link_status:up');
    return follows && info.includes('cluster_state:ok') && info.includes(`cluster_slots_ok:${SLOTS}`);
  };
  for (const server of servers) {
    const ready = await waitUntil(() => isReady(server), {
      everyMs: POLL_EVERY_MS,
      timeoutMs: READY_TIMEOUT_MS,
    });
    if (ready === undefined)
      throw new StackProblem(
        `The Redis on port ${server.port} did not join its cluster within ${READY_TIMEOUT_MS / 1000} s.`,
      );
  }
}

async function ask(
  { url }: ClusterServer,
  ...[name, ...args]: readonly [string, ...(string | number)[]]
): Promise<unknown> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.call(name, ...args);
  } finally {
    client.disconnect();
  }
}
