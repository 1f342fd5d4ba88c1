import { expect, it } from 'vitest';
import type { Queryable, Sql } from '../database/sql.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createHeartbeat } from './heartbeat.ts';

const everyMs = 10_000;

function open() {
  const sent: string[] = [];
  const primary: Queryable = {
    rows: ({ values }: Sql) => {
      sent.push(String(values[1]));
      return Promise.resolve([]);
    },
  };
  const clock = createFakeClock();
  const metrics = createMetrics();
  const heartbeat = createHeartbeat({
    primary,
    clock,
    metrics,
    log: createLog({ level: 'silent' }),
    everyMs,
  });
  const lag = async () => (await metrics.backstopLag.get()).values[0]?.value;
  return { clock, heartbeat, sent, lag };
}

it('the lag is that of the last heartbeat that has arrived, also while the next one is young', async () => {
  const { clock, heartbeat, sent, lag } = open();
  await clock.advance(3_000);
  heartbeat.arrived(sent.slice(-1));
  expect(await lag()).toBe(3);
  await clock.advance(8_000);
  expect(sent).toHaveLength(2);
  expect(await lag()).toBe(3);
});

it('it grows while one is under way for longer, and is nothing to who has stopped following', async () => {
  const { clock, heartbeat, lag } = open();
  await clock.advance(6_000);
  expect(await lag()).toBe(6);
  heartbeat.stop();
  expect(await lag()).toBe(0);
});
