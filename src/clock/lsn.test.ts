import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isLsn, laterLsn, lsnDistance, parseLsn, zeroLsn } from './lsn.ts';

const position = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const written = (at: bigint) =>
  `${(at >> 32n).toString(16).toUpperCase()}/${(at & 0xffff_ffffn).toString(16).toUpperCase()}`;

it('keeps the order of positions as the order of strings', () => {
  fc.assert(
    fc.property(position, position, (one, other) => {
      const [a, b] = [parseLsn(written(one)), parseLsn(written(other))];
      expect(isLsn(a)).toBe(true);
      expect(a < b).toBe(one < other);
      expect(laterLsn(a, b)).toBe(one < other ? b : a);
    }),
  );
});

it('measures the log between two positions in bytes', () => {
  expect(lsnDistance(parseLsn('0/FFFFFFFF'), parseLsn('1/1'))).toBe(2);
  expect(lsnDistance(parseLsn('1/1'), zeroLsn)).toBe(-4_294_967_297);
});

it.each(['', '0', '0/', '/1', '0/123456789', 'g/1', '0/1 ', '0/1\n'])('refuses %j', (text) => {
  expect(() => parseLsn(text)).toThrow('not an LSN');
});
