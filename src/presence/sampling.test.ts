import { describe, expect, it } from 'vitest';
import { createSampling } from './sampling.ts';

const everyMs = 30_000;
const open = (maxEntries = 1_000) => createSampling({ everyMs, maxEntries });
const entries = (times: ReadonlyMap<string, number>) => Object.fromEntries(times);

describe('somebody who is active all the time', () => {
  it('is written at once, and then every 30 seconds', () => {
    const sampling = open();
    const written: number[] = [];
    for (let now = 0; now <= 300_000; now += 250) {
      sampling.note('a', now);
      written.push(...sampling.take(now).values());
    }
    expect(written).toHaveLength(11);
    expect(written[0]).toBe(0);
  });

  it('is written for the last time with the last activity, however soon that came behind another', () => {
    const sampling = open();
    sampling.note('a', 0);
    expect(entries(sampling.take(0))).toEqual({ a: 0 });
    sampling.note('a', 100);
    sampling.note('a', 29_000);
    expect(entries(sampling.take(29_999))).toEqual({});
    expect(entries(sampling.take(30_000))).toEqual({ a: 29_000 });
    expect(entries(sampling.take(60_000))).toEqual({});
    expect(entries(sampling.take(90_000))).toEqual({});
  });
});

it('notes a time between the first note and its writing, too', () => {
  const sampling = open();
  sampling.note('a', 0);
  sampling.note('a', 200);
  expect(entries(sampling.take(250))).toEqual({ a: 0 });
  expect(entries(sampling.take(30_000))).toEqual({ a: 200 });
});

it('leaves out what was written elsewhere', () => {
  const sampling = open();
  sampling.note('a', 0);
  sampling.skip('a', 10);
  expect(entries(sampling.take(250))).toEqual({});
  sampling.note('a', 300);
  expect(entries(sampling.take(30_010))).toEqual({ a: 300 });
});

it('takes out again what could not be written, with the later time', () => {
  const sampling = open();
  sampling.note('a', 0);
  const failed = sampling.take(0);
  expect(sampling.putBack(failed)).toBe(0);
  expect(entries(sampling.take(1))).toEqual({ a: 0 });
  sampling.note('b', 5);
  expect(sampling.putBack(new Map([['b', 2]]))).toBe(0);
  expect(entries(sampling.take(6))).toEqual({ b: 5 });
});

it('goes on when the clock is set back', () => {
  const sampling = open();
  sampling.note('a', 1_000_000);
  sampling.take(1_000_000);
  sampling.note('a', 2_000);
  sampling.note('a', 1_000_010);
  expect(entries(sampling.take(3_000))).toEqual({ a: 1_000_010 });
});

describe('its memory', () => {
  it('is bounded while nothing can be written: later ids are refused and counted', () => {
    const sampling = open(3);
    expect(['a', 'b', 'c', 'd'].map((id) => sampling.note(id, 0))).toEqual([true, true, true, false]);
    expect(sampling.putBack(new Map([['e', 0]]))).toBe(1);
    expect(sampling.note('a', 1)).toBe(true);
    expect([...sampling.take(0).keys()]).toEqual(['a', 'b', 'c']);
  });

  it('is bounded over time: of more ids than fit, the oldest is written early and not forgotten', () => {
    const sampling = open(2);
    sampling.note('a', 0);
    sampling.take(0);
    sampling.note('a', 50);
    sampling.note('b', 60);
    sampling.note('c', 70);
    expect(entries(sampling.take(100))).toEqual({ a: 50, b: 60, c: 70 });
  });
});
