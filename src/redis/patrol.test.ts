import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { createPatrol } from './patrol.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start(walk: () => Promise<void> = () => Promise.resolve()) {
  const begun: number[] = [];
  const patrol = createPatrol({
    clock: systemClock,
    everyMs: () => 1_000,
    shortestMs: 100,
    walk: () => {
      begun.push(systemClock.monotonic());
      return walk();
    },
  });
  const origin = systemClock.monotonic();
  return { patrol, begun: () => begun.map((at) => Math.round(at - origin)) };
}

it('walks at once, then at intervals, and sooner when hurried, but never without a pause', async () => {
  const { patrol, begun } = start();
  await vi.advanceTimersByTimeAsync(2_500);
  expect(begun()).toEqual([0, 1_000, 2_000]);
  for (let calls = 0; calls < 10; calls++) patrol.hurry();
  await vi.advanceTimersByTimeAsync(50);
  expect(begun().at(-1)).toBe(2_500);
  patrol.hurry();
  await vi.advanceTimersByTimeAsync(200);
  expect(begun().slice(3)).toEqual([2_500, 2_600]);
  await patrol.stop();
  patrol.hurry();
  expect(vi.getTimerCount()).toBe(0);
});

it('never walks twice at a time: a hurry on the way counts for the next', async () => {
  let arrive: () => void = () => undefined;
  const { patrol, begun } = start(() => new Promise((resolve) => (arrive = resolve)));
  await vi.advanceTimersByTimeAsync(500);
  patrol.hurry();
  await vi.advanceTimersByTimeAsync(500);
  expect(begun()).toEqual([0]);
  arrive();
  await vi.advanceTimersByTimeAsync(0);
  expect(begun()).toEqual([0, 1_000]);
  const stopped = patrol.stop();
  arrive();
  await stopped;
  expect(vi.getTimerCount()).toBe(0);
});
