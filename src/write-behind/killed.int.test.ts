import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { createDatabase, type Database } from '../database/database.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createRedis, type Redis } from '../redis/redis.ts';
import { compiledProgram } from '../dev/compiled.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../testing/database.ts';
import { randomAppName } from '../testing/gateway.ts';
import { startProgram } from '../testing/processes.ts';
import { countsTable, createAddUp } from '../testing/write-behind/add-up.ts';
import { createWriteBehind } from './write-behind.ts';

const app = randomAppName();
const parts = { clock: systemClock, metrics: createMetrics(), log: createLog({ level: 'silent' }) };
let own: TestDatabase;
let database: Database;
let redis: Redis;

beforeAll(async () => {
  own = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [] });
  await onServer(own.primaryUrl, countsTable);
  redis = createRedis({ url: inject('redisUrl'), role: 'state', settings: { deadlineMs: 5_000 }, ...parts });
  await redis.untilUp(5_000);
  database = await createDatabase({
    primaryUrl: own.primaryUrl,
    replicaUrls: [],
    settings: {
      poolSize: 2,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 10_000,
      sampleMs: 1_000,
      maxLagMs: 5_000,
    },
    ...parts,
  });
});
afterAll(async () => {
  await Promise.all([redis.close(), database.close()]);
  await own.drop();
});

/** Starts a process that counts and kills it in the midst; resolves to the chunks that it was about to send. */
async function countAndDie(round: number) {
  const program = startProgram(
    [process.execPath, await compiledProgram('src/testing/write-behind/counting.ts')],
    {
      DATABASE_URL: own.primaryUrl,
      REDIS_URL: inject('redisUrl'),
      APP_NAME: app,
    },
  );
  await program.until(/^chunk \S+ [1-9]/m, 60_000);
  await new Promise((resolve) => setTimeout(resolve, 7 + 23 * round));
  program.child.kill('SIGKILL');
  await program.ended;
  return [...program.output().matchAll(/^chunk (\S+) (\d+) (\d+)$/gm)].map(([, key = '', number, sum]) => ({
    key,
    number: Number(number),
    sum: Number(sum),
  }));
}

type Chunks = Awaited<ReturnType<typeof countAndDie>>;

async function reachedRedis(sent: Chunks): Promise<number> {
  const [last] = await redis.batch([['get', sent[0]?.key ?? '']]);
  return sent.reduce((total, { number, sum }) => total + (number <= Number(last) ? sum : 0), 0);
}

it('ten processes killed while they count: Postgres has exactly what had reached Redis', async () => {
  const dead: Chunks[] = [];
  // Two at a time, so that the next finds what the killed one has left, or flushes beside it.
  for (let round = 0; round < 10; round += 2) {
    dead.push(...(await Promise.all([countAndDie(round), countAndDie(round + 1)])));
  }
  const reached = (await Promise.all(dead.map(reachedRedis))).reduce((total, each) => total + each, 0);
  const next = createWriteBehind({
    redis,
    ...parts,
    app,
    name: 'clicks',
    flushEveryMs: 60_000,
    maxEntries: 1_000,
    apply: createAddUp(database),
  });
  await next.close();
  const [row] = await onServer<{ n: string }>(own.primaryUrl, 'SELECT sum(n)::text AS n FROM counts');
  expect(reached).toBeGreaterThan(0);
  expect(Number(row?.n)).toBe(reached);
}, 180_000);
