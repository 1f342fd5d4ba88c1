import { expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createLatency } from './latency.ts';

it('follows what is observed, by time and not by number', async () => {
  const clock = createFakeClock();
  const latency = createLatency(clock);
  expect(latency.smoothed()).toBe(0);
  latency.observe(100);
  for (let burst = 0; burst < 50; burst += 1) latency.observe(1);
  expect(latency.smoothed()).toBe(100);
  await clock.advance(1_000);
  latency.observe(0);
  expect(latency.smoothed()).toBeCloseTo(100 / Math.E);
});

it('forgets within seconds how slow a node was that only its samples reach', async () => {
  const clock = createFakeClock();
  const latency = createLatency(clock);
  latency.observe(1_000);
  for (let sample = 0; sample < 100; sample += 1) {
    await clock.advance(50);
    latency.observe(1);
  }
  expect(latency.smoothed()).toBeLessThan(10);
});
