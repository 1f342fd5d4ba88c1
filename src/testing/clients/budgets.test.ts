import { expect, it } from 'vitest';
import { misfits } from './budgets.ts';

const measured = { once: { sql: 4, redis: 6 } };

it('a budget fits that is what was found, or a little more', () => {
  expect(misfits({ once: { sql: 4, redis: 6 } }, measured)).toEqual([]);
  expect(misfits({ once: { sql: 5, redis: 11 } }, measured)).toEqual([]);
});

it('a budget does not fit that is exceeded, too wide, or not there', () => {
  expect(misfits({ once: { sql: 3, redis: 12 } }, measured)).toEqual([
    'once sql: 4, and 3 are allowed',
    'once redis: 6, which makes 12 too wide',
  ]);
  expect(misfits(undefined, measured)).toEqual(['once: {"sql":4,"redis":6}, and there is no budget']);
});
