import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { withAdmin } from '../../dev/postgres/admin-client.ts';
import { answersPing } from '../../dev/redis/ping.ts';
import { createFaultProxy } from './fault-proxy.ts';
import { startTestServers } from './test-servers.ts';

it(
  'gives fresh servers, reachable through a fault proxy too, and removes them',
  { timeout: 60_000 },
  async () => {
    const servers = await startTestServers({ replicas: 0 });
    const proxy = await createFaultProxy({ targetPort: Number(new URL(servers.databaseUrl).port) });
    try {
      const { rows } = await withAdmin(proxy.through(servers.databaseUrl), (client) =>
        client.query(`select current_database() as name, current_setting('fsync') as fsync`),
      );
      expect(rows).toEqual([{ name: 'tributary', fsync: 'off' }]);
      expect(await answersPing(Number(new URL(servers.redisUrl).port))).toBe(true);
    } finally {
      await proxy.close();
      await servers.stop();
    }
    expect(existsSync(servers.dataDir)).toBe(false);
  },
);
