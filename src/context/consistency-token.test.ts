import fc from 'fast-check';
import { expect, it } from 'vitest';
import { zeroLsn, type Lsn } from '../clock/lsn.ts';
import { readToken, writeToken } from './consistency-token.ts';

const lsn = fc
  .bigInt({ min: 0n, max: 2n ** 64n - 1n })
  .map((position) => position.toString(16).padStart(16, '0') as Lsn);

it('says again what was written, whatever the position and the time', () => {
  fc.assert(
    fc.property(lsn, fc.integer({ min: 0, max: 4_000_000_000_000 }), (position, at) => {
      expect(readToken(writeToken({ lsn: position, at }))).toEqual({ lsn: position, at });
    }),
  );
});

it('is short text that any header can carry', () => {
  expect(writeToken({ lsn: '0000000003000148' as Lsn, at: 1_800_000_000_000 })).toBe('1.3000148.mywpiww0');
  expect(writeToken({ lsn: zeroLsn, at: 0 })).toBe('1.0.0');
});

it.each([
  '1',
  '1.',
  '1.g.0',
  '1.0',
  '1.0.0.0',
  '1.00000000000000000.0',
  '1.0.A',
  ' 1.0.0',
  '1.0.0, 1.0.0',
  'x',
  '{}',
])('refuses %j as no gateway’s', (text) => {
  expect(() => readToken(text)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
});

it('passes over the token of another version', () => {
  expect(readToken('2.whatever-comes.next')).toBeUndefined();
});
