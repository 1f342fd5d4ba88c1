import { expect, it } from 'vitest';
import { visibleIn } from './visibility.ts';

const low = (full: bigint): number => Number(BigInt.asUintN(32, full));

it('sees what ended before the snapshot, and neither what runs nor what has not begun', () => {
  const isVisible = visibleIn('100:110:100,105');
  expect([99, 101, 109].map(isVisible)).toEqual([true, true, true]);
  expect([100, 105].map(isVisible)).toEqual([false, false]);
  // Begun before the snapshot, and yet not below xmax: nothing after it has ended.
  expect([110, 111].map(isVisible)).toEqual([false, false]);
});

it('reads a snapshot in which nothing runs', () => {
  expect([7, 8].map(visibleIn('8:8:'))).toEqual([true, false]);
});

it('extends the numbers of the log across the end of their 32 bits', () => {
  const turn = 3n << 32n;
  const isVisible = visibleIn(`${turn - 2n}:${turn + 5n}:${turn - 2n},${turn + 3n}`);
  expect([turn - 3n, turn - 1n, turn + 2n].map(low).map(isVisible)).toEqual([true, true, true]);
  expect([turn - 2n, turn + 3n, turn + 5n].map(low).map(isVisible)).toEqual([false, false, false]);
  const before = visibleIn(`${turn - 2n}:${turn - 1n}:${turn - 2n}`);
  expect([turn - 3n, turn - 2n, turn, turn + 1n].map(low).map(before)).toEqual([true, false, false, false]);
});

it('refuses what is no snapshot', () => {
  expect(() => visibleIn('')).toThrow('not a snapshot');
});
