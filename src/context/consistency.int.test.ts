import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { parseLsn, type Lsn } from '../clock/lsn.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createRedis, type Redis } from '../redis/redis.ts';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { randomAppName } from '../testing/gateway.ts';
import { systemClock } from '../clock/clock.ts';
import { createConsistency, type Consistency } from './consistency.ts';

const log = createLog({ level: 'silent' });
const early = parseLsn('0/10');
const late = parseLsn('0/20');
const lifeMs = 5_000 + 1_000 + 3_000;

const metrics = createMetrics();
let redis: Redis;
let clock: FakeClock;
let consistency: Consistency;

beforeAll(async () => {
  const parts = { clock: systemClock, metrics, log };
  redis = createRedis({ url: inject('redisUrl'), role: 'state', settings: { deadlineMs: 5_000 }, ...parts });
  await redis.untilUp(5_000);
});
afterAll(() => redis.close());
beforeEach(() => {
  clock = createFakeClock();
  consistency = open(redis);
});

const open = (through: Redis, app = randomAppName()) =>
  createConsistency({ redis: through, app, clock, metrics, log, maxLagMs: 5_000, busTimeoutMs: 1_500 });
const handOut = (lsn: Lsn, sessionId?: string) => consistency.handOut({ lsn, at: clock.now() }, sessionId);

describe('a token', () => {
  it('asks for its position, and for no copies while the bus may not have told of the write', async () => {
    const seen = { lsn: late, skipCopiesUntil: clock.now() + 2_500 };
    const token = await handOut(late);
    expect(consistency.fromHeader(token)).toEqual(seen);
    await clock.advance(1_000);
    expect(consistency.fromHeader(token)).toEqual(seen);
  });

  it('is obeyed for as long as a replica that is read may be behind, and no longer', async () => {
    const token = await handOut(late);
    await clock.advance(lifeMs);
    expect(consistency.fromHeader(token)).toMatchObject({ lsn: late });
    await clock.advance(1);
    expect(consistency.fromHeader(token)).toBeUndefined();
  });

  it('from a clock that is ahead counts from now, and from none that could be is passed over', async () => {
    const ahead = (ms: number) => consistency.handOut({ lsn: late, at: clock.now() + ms }, undefined);
    expect(consistency.fromHeader(await ahead(59_000))?.skipCopiesUntil).toBe(clock.now() + 2_500);
    expect(consistency.fromHeader(await ahead(61_000))).toBeUndefined();
  });

  it('need not be there', () => {
    expect(consistency.fromHeader(undefined)).toBeUndefined();
    expect(consistency.fromHeader('')).toBeUndefined();
  });
});

describe('the mark of a session', () => {
  it('is found by later requests of the session, and by no other', async () => {
    await handOut(late, '7');
    expect(await consistency.ofSession('7')).toEqual({ lsn: late, skipCopiesUntil: clock.now() + 2_500 });
    expect(await consistency.ofSession('8')).toBeUndefined();
  });

  it('stays at the latest of writes whose marks arrive in another order', async () => {
    await handOut(late, '7');
    await handOut(early, '7');
    expect(await consistency.ofSession('7')).toMatchObject({ lsn: late });
  });

  it('ends by itself', async () => {
    const app = randomAppName();
    consistency = open(redis, app);
    await handOut(late, '7');
    const [left] = await redis.batch([['pttl', `${app}:wrote:7`]]);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(lifeMs);
  });

  it('that is not one of ours is none', async () => {
    const app = randomAppName();
    await redis.batch([['set', `${app}:wrote:7`, 'nonsense', 'px', 10_000]]);
    expect(await open(redis, app).ofSession('7')).toBeUndefined();
  });
});

describe('without Redis', () => {
  it('the write is answered with its token all the same, and what is lost is counted', async () => {
    const away = createRedis({ url: 'redis://127.0.0.1:1', role: 'state', clock: systemClock, metrics, log });
    consistency = open(away);
    metrics.sessionMarksLost.reset();
    expect(consistency.fromHeader(await handOut(late, '7'))).toMatchObject({ lsn: late });
    expect(await consistency.ofSession('7')).toBeUndefined();
    const { values } = await metrics.sessionMarksLost.get();
    expect(values.map(({ labels, value }) => [labels.action, value])).toEqual([
      ['keep', 1],
      ['find', 1],
    ]);
    await away.close();
  });
});
