import { writeSync } from 'node:fs';
import { systemClock } from '../../../clock/clock.ts';
import { seededRandom } from '../../../clock/random.ts';
import { createDatabase } from '../../../database/database.ts';
import { createIds } from '../../../ids/ids.ts';
import { toSnowflake } from '../../../ids/snowflake.ts';
import { createWorkerNumbers } from '../../../ids/worker-numbers.ts';
import { createLog } from '../../../log/log.ts';
import { createMetrics } from '../../../metrics/metrics.ts';

/**
 * Prints ids, one a line, under a clock that is set forwards and back after every hundred; with `TRUSTS_CLOCK` those of a
 * generator that believes it. With `HOLD` it then waits to be killed.
 */
const { DATABASE_URL = '', COUNT = '0', SEED = '1', TRUSTS_CLOCK, HOLD } = process.env;
const random = seededRandom(Number(SEED));
const count = Number(COUNT);
const chunk = 100;
const longestStepMs = 3_000;

let offsetMs = 0;
const clock = { ...systemClock, now: () => systemClock.now() + offsetMs };
const parts = { clock, metrics: createMetrics(), log: createLog({ level: 'warn' }) };
const database = await createDatabase({
  primaryUrl: DATABASE_URL,
  replicaUrls: [],
  settings: {
    ...{ poolSize: 2, connectTimeoutMs: 30_000, statementTimeoutMs: 30_000 },
    ...{ sampleMs: 1_000, maxLagMs: 5_000 },
  },
  ...parts,
});
const numbers = createWorkerNumbers(database);
const source = TRUSTS_CLOCK === undefined ? createIds({ numbers, ...parts }) : await trustClock();

for (let made = 0; made < count; made += chunk) {
  // Mostly by little: back into milliseconds that were there.
  offsetMs = Math.round((2 * random() - 1) ** 3 * longestStepMs);
  const ids: string[] = [];
  for (let place = 0; place < Math.min(chunk, count - made); place += 1) ids.push(await source.next());
  // Not on the stream: a killed process would take with it what that still holds.
  writeSync(1, `${ids.join('\n')}\n`);
}
if (HOLD !== undefined) await systemClock.sleep(3_600_000);
await source.close();
await database.close();

/** As such generators are often written: the sequence begins anew with every other millisecond. */
async function trustClock() {
  const { number } = await numbers.take(clock.now(), 10_000);
  let last = { ms: 0, sequence: 0 };
  return {
    next() {
      const ms = clock.now();
      last = { ms, sequence: ms === last.ms ? last.sequence + 1 : 0 };
      return Promise.resolve(toSnowflake(last, number).toString());
    },
    close: () => Promise.resolve(),
  };
}
