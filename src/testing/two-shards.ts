import { inject } from 'vitest';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { createFaultProxy, type FaultProxy } from './servers/fault-proxy.ts';

/** Two shards on the servers of the run: each a database of its own, behind a proxy that can be told to fail. */
export interface TwoShards {
  /** For `DATABASE_SHARDS`. */
  readonly urls: string;
  readonly databases: readonly [TestDatabase, TestDatabase];
  readonly proxies: readonly [FaultProxy, FaultProxy];
  close(): Promise<void>;
}

export async function createTwoShards(): Promise<TwoShards> {
  const databaseUrl = inject('databaseUrl');
  const targetPort = Number(new URL(databaseUrl).port);
  const make = async () => {
    const database = await createTestDatabase({ databaseUrl, replicaUrls: [] });
    return { database, proxy: await createFaultProxy({ targetPort }) };
  };
  const [one, two] = await Promise.all([make(), make()]);
  return {
    urls: [one, two].map(({ database, proxy }) => proxy.through(database.primaryUrl)).join(';'),
    databases: [one.database, two.database],
    proxies: [one.proxy, two.proxy],
    async close() {
      await Promise.all([one, two].map(({ proxy }) => proxy.close()));
      await Promise.all([one, two].map(({ database }) => database.drop()));
    },
  };
}
