import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lsn } from '../clock/lsn.ts';
import { decodeEntry, encodePayload, noRowVersion, toRowVersion } from './entry.ts';

const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const payload = fc.record({
  text: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
  freshUntil: fc.nat({ max: 2 ** 47 }),
  loadMs: fc.nat(),
  stamps: fc.array(digits(20), { maxLength: 3 }),
});
const value = fc.record({ lsn: digits(16), row: digits(12), nonce: digits(20), payload }).map((parts) => ({
  ...parts,
  bytes: `V${parts.lsn}${parts.row}${parts.nonce}${encodePayload(parts.payload)}`,
}));

describe('an entry', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(value, ({ bytes, lsn, row, nonce, payload }) => {
        const head = `V${lsn}${row}${nonce}`;
        expect(decodeEntry(bytes)).toEqual({ kind: 'value', head, payload });
      }),
    );
  });

  it('is corrupt when anything is cut off its end or added to it', () => {
    fc.assert(
      fc.property(value, fc.nat(), fc.string({ minLength: 1 }), ({ bytes }, at, tail) => {
        expect(decodeEntry(bytes.slice(0, at % bytes.length)).kind).toBe('corrupt');
        expect(decodeEntry(bytes + tail).kind).toBe('corrupt');
      }),
    );
  });

  it('is never a throw and never a value by accident', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.constantFrom('V', 'T', 'L', 'D'), fc.string({ unit: 'binary' }))
        .map((parts) => parts.join('')),
      fc.constantFrom('__proto__', '{}', 'null', '', 'V', 'T', 'L', 'V'.repeat(90), `V${'0'.repeat(80)}`),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        expect(decodeEntry(bytes).kind).toBe('corrupt');
      }),
    );
  });

  it('is a fence, a lease or a set of markers only in full', () => {
    const lsn = '00000000000000ff' as Lsn;
    const claim = `1700000000000${'a'.repeat(20)}`;
    const lease = `L${lsn}${noRowVersion}${claim}`;
    const dirty = `D${lsn}${noRowVersion}${claim}${claim}`;
    const fence = `T${lsn}${noRowVersion}`;
    expect(decodeEntry(fence)).toEqual({ kind: 'fence', lsn });
    expect(decodeEntry(lease)).toEqual({ kind: 'lease', lsn });
    expect(decodeEntry(dirty)).toEqual({ kind: 'dirty', lsn });
    for (const whole of [fence, lease, dirty])
      for (const bytes of [`${whole}0`, whole.slice(0, -1), whole.replace('f', 'x')])
        expect(decodeEntry(bytes).kind, bytes).toBe('corrupt');
    expect(decodeEntry(`D${lsn}${noRowVersion}`).kind).toBe('corrupt');
    expect(decodeEntry(lease.replace('17', 'x7')).kind).toBe('corrupt');
  });

  it('orders row versions like numbers', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (one, other) => {
        expect(toRowVersion(one) < toRowVersion(other)).toBe(one < other);
      }),
    );
  });

  it('keeps the head of a value with a damaged payload, so that its lsn survives the repair', () => {
    const head = `V${'0'.repeat(15)}a${'0'.repeat(12)}${'b'.repeat(20)}`;
    expect(decodeEntry(`${head}rubbish`)).toEqual({ kind: 'corrupt', head });
  });
});
