import { expect, it } from 'vitest';
import { seededRandom } from '../../clock/random.ts';
import { createMetrics } from '../../metrics/metrics.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createConnections } from './connections.ts';

function open(count: number) {
  const clock = createFakeClock();
  const connections = createConnections({
    ...{ clock, random: seededRandom(1), metrics: createMetrics(), maxConnections: 1_000, maxPerNetwork: 0 },
  });
  /** When each was closed, in the order in which they came. */
  const closedAt: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const remove = connections.add('websocket', '127.0.0.1', {
      retire() {
        closedAt[index] = clock.monotonic();
        remove();
        return Promise.resolve();
      },
    });
  }
  return { clock, connections, closedAt };
}

const batchesOf = (times: readonly number[]) => new Set(times);

it('closes in batches over the time it has, those that came together apart', async () => {
  const { clock, connections, closedAt } = open(400);
  const closing = connections.close(1_000);
  expect(connections.refusal('127.0.0.1')).toBe('closing');
  await clock.advance(900);
  await closing;
  const batches = batchesOf(closedAt);
  const sizes = [...batches].map((at) => closedAt.filter((each) => each === at).length);
  expect(batches.size).toBe(10);
  expect(Math.max(...sizes)).toBeLessThan(80);
  expect(batchesOf(closedAt.slice(0, 40)).size).toBeGreaterThan(5);
});

it('closes all at once where there is no time', async () => {
  const { connections, closedAt } = open(400);
  await connections.close(0);
  expect(batchesOf(closedAt).size).toBe(1);
});

it('does not wait where nothing is open any more', async () => {
  const { connections } = open(0);
  await connections.close(1_000);
  expect(connections.refusal('127.0.0.1')).toBe('closing');
});
