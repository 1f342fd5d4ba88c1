import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createRedis, type Redis } from '../redis/redis.ts';
import { RedisUnavailable } from '../redis/unavailable.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { randomAppName } from '../testing/gateway.ts';
import type { Batch } from './buffer.ts';
import { createWriteBehind, type WriteBehind } from './write-behind.ts';

const log = createLog({ level: 'silent' });
const metrics = createMetrics();
let redis: Redis;
beforeAll(async () => {
  const parts = { clock: systemClock, metrics, log };
  redis = createRedis({ url: inject('redisUrl'), role: 'state', settings: { deadlineMs: 5_000 }, ...parts });
  await redis.untilUp(5_000);
});
afterAll(() => redis.close());

type Fault = 'not sent' | 'answer lost';

interface Opening {
  readonly app: string;
  readonly through: Redis;
  readonly apply: (batch: Batch) => Promise<boolean>;
}

const openGateway = ({ app, through, apply }: Opening): WriteBehind =>
  createWriteBehind({
    redis: through,
    clock: createFakeClock(),
    log,
    metrics,
    app,
    name: 'clicks',
    flushEveryMs: 5_000,
    maxEntries: 1_000,
    apply,
  });

describe('whatever the order of adding, gathering, flushing, failing and dying', () => {
  const step = fc.record({
    who: fc.nat({ max: 2 }),
    what: fc.constantFrom('add', 'add', 'gather', 'flush', 'kill', 'all flush'),
    fault: fc.constantFrom<Fault | undefined>(undefined, undefined, 'not sent', 'answer lost'),
    at: fc.constantFrom('redis', 'apply'),
  });

  /** Compares what was applied with what Redis has taken, over a ledger that stands for Postgres. */
  const ledger = (isRecorded: boolean) =>
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const app = randomAppName();
      const known = new Set<string>();
      let [total, reached] = [0, 0];
      let next: { readonly at: string; readonly fault: Fault | undefined } | undefined;
      const faultAt = (at: string) => {
        const fault = next?.at === at ? next.fault : undefined;
        if (fault !== undefined) next = undefined;
        return fault;
      };
      const apply = async (batch: Batch) => {
        const fault = faultAt('apply');
        if (fault === 'not sent') throw new Error(fault);
        const isNew = !isRecorded || !known.has(batch.id);
        known.add(batch.id);
        if (isNew) total += batch.sums.get('a') ?? 0;
        if (fault === 'answer lost') throw new Error(fault);
        return Promise.resolve(isNew);
      };
      const through: Redis = {
        ...redis,
        async batch(commands) {
          const fault = faultAt('redis');
          if (fault === 'not sent') throw new RedisUnavailable(fault);
          const replies = await redis.batch(commands);
          const [reply] = replies;
          // Behind the script: two keys, five arguments, then kind, field and value.
          if (Array.isArray(reply) && reply[0] === 'added') reached += Number(commands[0]?.[10]);
          if (fault === 'answer lost') throw new RedisUnavailable(fault);
          return replies;
        },
      };
      const open = () => openGateway({ app, through, apply });
      const gateways = [open(), open(), open()];
      const flush = (gateway: WriteBehind) => gateway.flush().catch(() => undefined);
      for (const { who, what, fault, at } of steps) {
        next = { fault, at };
        const gateway = gateways[who] ?? open();
        if (what === 'add') gateway.add('a');
        else if (what === 'gather') await gateway.gather();
        else if (what === 'flush') await flush(gateway);
        else if (what === 'all flush') await Promise.all(gateways.map(flush));
        else gateways[who] = open();
      }
      next = undefined;
      await open().flush();
      expect(total).toBe(reached);
    });

  it('what Redis has taken is counted once', async () => {
    await fc.assert(ledger(true), { numRuns: 100 });
  });

  it('without the record of batches it is not: the test would notice', async () => {
    const { failed } = await fc.check(ledger(false), { numRuns: 500, seed: 1, endOnFailure: true });
    expect(failed).toBe(true);
  });
});
