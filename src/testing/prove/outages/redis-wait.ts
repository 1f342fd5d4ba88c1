import { systemClock } from '../../../clock/clock.ts';
import { createGateway, textPolicy, uniqueApp, type Gateway } from '../../../cache/testing/gateway.ts';
import { createTable } from '../../../cache/testing/table.ts';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { defaultRedisSettings } from '../../../redis/redis.ts';
import { rounded, spreadOf, type Spread } from '../measures.ts';
import type { Resources } from '../resources.ts';
import { pause } from '../stage.ts';

/** A cache before a source that answers at once: what a read takes is what the cache adds. */
export interface RedisWait {
  /** Reads until Redis has it, and once more. */
  warm(): Promise<void>;
  /** One read, in ms, the lateness of this busy process taken off. */
  readonly once: () => Promise<number>;
  /** Many reads, one after the other. */
  spread(): Promise<Spread>;
}

const { deadlineMs } = defaultRedisSettings;
const patienceMs = 10_000;
const reads = 300;
const pauseMs = 2;
const policy = textPolicy({ tiers: 'redis' });

export async function openRedisWait(
  resources: Resources,
  url: string,
  ownDeadlineMs = deadlineMs,
): Promise<RedisWait> {
  const gateway: Gateway = await resources.open(
    () => createGateway({ url, app: uniqueApp(), redisSettings: { deadlineMs: ownDeadlineMs } }),
    (opened) => opened.close(),
  );
  const table = createTable({ row: 'value' });
  const read = () => gateway.cache.getMany(policy, ['row'], table.source);

  async function timed(): Promise<number> {
    const startedAt = performance.now();
    await read();
    return performance.now() - startedAt;
  }

  return {
    async warm() {
      // On a busy machine a call may be late, and then nothing was stored.
      const isWarm = async () => {
        await read();
        await gateway.cache.idle();
        const loads = table.loads.length;
        await read();
        return table.loads.length === loads;
      };
      if (!(await waitUntil(isWarm, { everyMs: 10, timeoutMs: patienceMs })))
        throw new Error('what was read is not in Redis');
    },
    async once() {
      const startedAt = performance.now();
      // A plain timer of the same length, begun in the same turn, is as late as the cache's own.
      const lateness = systemClock
        .sleep(ownDeadlineMs)
        .then(() => systemClock.afterPoll())
        .then(() => performance.now() - startedAt - ownDeadlineMs);
      const ms = await timed();
      return rounded(ms < ownDeadlineMs ? ms : Math.max(ownDeadlineMs, ms - Math.max(0, await lateness)));
    },
    async spread() {
      const taken: number[] = [];
      for (let index = 0; index < reads; index += 1) {
        taken.push(await timed());
        await pause(pauseMs);
      }
      return spreadOf(taken);
    },
  };
}
