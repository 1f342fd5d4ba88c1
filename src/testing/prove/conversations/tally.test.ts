import { describe, expect, it } from 'vitest';
import { isExact, sumOf, tallyOf } from './tally.ts';

const stored = ['a', 'b', 'c', 'd'];

describe('a tally', () => {
  it('finds nothing where all came once and in order', () => {
    const tally = tallyOf(stored, stored);
    expect(tally).toEqual({ received: 4, lost: 0, doubled: 0, late: 0, strange: 0 });
    expect(isExact(tally)).toBe(true);
  });

  it.each([
    ['what never came', ['a', 'd'], { lost: 2 }],
    ['what came again, each time', ['a', 'b', 'a', 'a', 'c', 'd'], { doubled: 2 }],
    ['what was overtaken', ['a', 'c', 'b', 'd'], { late: 1 }],
    ['what is not stored', ['a', 'b', 'x', 'c', 'd'], { strange: 1 }],
  ])('counts %s, and nothing else', (_, received, found) => {
    const tally = tallyOf(received, stored);
    const none = { lost: 0, doubled: 0, late: 0, strange: 0 };
    expect(tally).toEqual({ ...none, received: received.length, ...found });
    expect(isExact(tally)).toBe(false);
  });

  it('adds up', () => {
    const tallies = [tallyOf(['a'], stored), tallyOf(['a', 'a', 'b'], stored)];
    expect(sumOf(tallies)).toEqual({ received: 4, lost: 5, doubled: 1, late: 0, strange: 0 });
  });
});
