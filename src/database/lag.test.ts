import { expect, it } from 'vitest';
import type { Lsn } from '../clock/lsn.ts';
import { createLag, type Seen } from './lag.ts';

const lsn = (position: number) => position.toString(16).padStart(16, '0') as Lsn;
/** A primary that was at 10, 20, 30 … after 1, 2, 3 … seconds. */
const seenUntil = (second: number, from = 1): readonly Seen[] =>
  Array.from({ length: second - from + 1 }, (_, index) => ({
    at: (from + index) * 1_000,
    lsn: lsn((from + index) * 10),
  }));

it('is the time since the primary had the first that a replica lacks', () => {
  const lag = createLag();
  expect(lag.of(lsn(20), seenUntil(5), 5_500)).toBe(2_500);
  expect(lag.of(lsn(40), seenUntil(6), 6_500)).toBe(1_500);
});

it('is nothing for a replica that has all, however long the primary rests', () => {
  const lag = createLag();
  expect(lag.of(lsn(50), seenUntil(5), 60_000)).toBe(0);
});

it('grows while a replica stands still, also when the history is over that knew of it', () => {
  const lag = createLag();
  lag.of(lsn(20), seenUntil(5), 5_000);
  expect(lag.of(lsn(20), seenUntil(90, 80), 90_000)).toBe(87_000);
});

it('begins anew with another primary', () => {
  const lag = createLag();
  lag.of(lsn(20), seenUntil(5), 5_000);
  lag.forget();
  expect(lag.of(lsn(20), [], 90_000)).toBe(0);
});
