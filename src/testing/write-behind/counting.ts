import { writeSync } from 'node:fs';
import { systemClock } from '../../clock/clock.ts';
import { createDatabase } from '../../database/database.ts';
import { createLog } from '../../log/log.ts';
import { createMetrics } from '../../metrics/metrics.ts';
import { createRedis, type Redis } from '../../redis/redis.ts';
import { createWriteBehind } from '../../write-behind/write-behind.ts';
import { createAddUp } from './add-up.ts';

/**
 * Counts as fast as it can until it is killed. Before it sends a chunk it prints `chunk <its key> <number> <sum>`: with the
 * number that Redis keeps under that key, its killer knows how much had arrived.
 */
const { DATABASE_URL = '', REDIS_URL = '', APP_NAME = '' } = process.env;
const parts = { clock: systemClock, metrics: createMetrics(), log: createLog({ level: 'warn' }) };
const redis = createRedis({ url: REDIS_URL, role: 'state', settings: { deadlineMs: 5_000 }, ...parts });
const database = await createDatabase({
  primaryUrl: DATABASE_URL,
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
await redis.untilUp(10_000);

const printing: Redis = {
  ...redis,
  batch(commands) {
    const [[script, , key, number, ...args] = ['none']] = commands;
    if (typeof script !== 'string' && script.name === 'gather') {
      // Three arguments more, the time, and then kind, field and value in turn.
      const sum = args
        .slice(4)
        .reduce<number>((total, arg, at) => total + (at % 3 === 2 ? Number(arg) : 0), 0);
      // Not on the stream: a killed process would take with it what that still holds.
      writeSync(1, `chunk ${key ?? ''} ${number ?? ''} ${sum}\n`);
    }
    return redis.batch(commands);
  },
};

const counts = createWriteBehind({
  redis: printing,
  ...parts,
  app: APP_NAME,
  name: 'clicks',
  gatherEveryMs: 3,
  flushEveryMs: 10,
  maxEntries: 1_000,
  apply: createAddUp(database),
});

let count = 0;
setInterval(() => {
  for (let n = 0; n < 20; n += 1) counts.add(`f${count++ % 50}`);
}, 1);
