import { rm } from 'node:fs/promises';
import { makeTemporaryFolder } from '../../dev/processes/reachable-folder.ts';
import { findServiceUser } from '../../dev/processes/service-user.ts';
import { waitUntil } from '../../dev/processes/wait-until.ts';
import {
  startRedisCluster,
  type ClusterServer,
  type RedisClusterOptions,
  type RedisClusterServers,
} from '../../dev/redis/redis-cluster.ts';

export interface TestCluster extends RedisClusterServers {
  /** The server that holds the slot now, in the eyes of the others. */
  masterOf(slot: number): Promise<ClusterServer>;
  /**
   * Wakes and starts whatever was frozen or killed; resolves when every master is followed by a replica again, and all
   * servers say the same of who is master.
   */
  heal(): Promise<void>;
}

const HEAL_TIMEOUT_MS = 20_000;

/** A Redis Cluster in a folder of its own, for one test file; `stop` ends the servers and removes the folder. */
export async function startTestCluster(
  options: Omit<RedisClusterOptions, 'dataDir'> = {},
): Promise<TestCluster> {
  const dataDir = await makeTemporaryFolder('tributary-test-', await findServiceUser());
  const removeFolder = () => rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  const cluster = await startRedisCluster({ dataDir, ...options }).catch(async (error: unknown) => {
    await removeFolder();
    throw error;
  });
  const { servers } = cluster;
  const ask: RedisClusterServers['ask'] = (server, ...command) => cluster.ask(server, ...command);
  const gone = new Set<ClusterServer>();
  const watched = servers.map((server): ClusterServer => {
    const self: ClusterServer = {
      ...server,
      kill: async () => {
        gone.add(self);
        await server.kill();
      },
      freeze: () => {
        gone.add(self);
        server.freeze();
      },
      resume: () => {
        gone.delete(self);
        server.resume();
      },
      restart: async () => {
        await server.restart();
        gone.delete(self);
      },
    };
    return self;
  });

  async function masterOf(slot: number): Promise<ClusterServer> {
    const alive = watched.find((server) => !gone.has(server));
    if (alive === undefined) throw new Error('no server runs');
    const port = (await rangesBy(alive)).find(({ first, last }) => first <= slot && slot <= last)?.port;
    const master = watched.find((server) => server.port === port);
    if (master === undefined) throw new Error(`nobody holds slot ${slot}`);
    return master;
  }

  async function rangesBy(server: ClusterServer) {
    const ranges = (await ask(server, 'cluster', 'slots')) as readonly [number, number, [string, number]][];
    return ranges.map(([first, last, [, port]]) => ({ first, last, port }));
  }

  async function isWhole(): Promise<boolean> {
    const infos = await Promise.all(
      watched.map(
        async (server) =>
          `${String(await ask(server, 'cluster', 'info'))}${String(await ask(server, 'info', 'replication'))}`,
      ),
    );
    const joined = (info: string) =>
      info.includes('cluster_state:ok') &&
      info.includes('cluster_slots_fail:0') &&
      info.includes('cluster_slots_pfail:0') &&
      (info.includes('master_link_status:up') || /connected_slaves:[1-9]/.test(info));
    if (!infos.every(joined)) return false;
    // Who has just been woken believes for a moment that it is still the master.
    const said = await Promise.all(
      watched.map(async (server) =>
        (await rangesBy(server))
          .map(({ first, port }) => `${first} ${port}`)
          .toSorted()
          .join(),
      ),
    );
    return new Set(said).size === 1;
  }

  return {
    ...cluster,
    servers: watched,
    masterOf,
    async heal() {
      for (const server of gone) server.resume();
      for (const server of watched) if (!(await answers(server))) await server.restart();
      const whole = await waitUntil(isWhole, { everyMs: 50, timeoutMs: HEAL_TIMEOUT_MS });
      if (whole === undefined) throw new Error('the cluster did not become whole again');
    },
    async stop() {
      await cluster.stop();
      await removeFolder();
    },
  };

  function answers(server: ClusterServer): Promise<boolean> {
    return ask(server, 'cluster', 'myid').then(
      () => true,
      () => false,
    );
  }
}
