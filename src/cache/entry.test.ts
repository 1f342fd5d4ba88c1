import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lsn } from '../clock/lsn.ts';
import { decodeEntry, encodePayload } from './entry.ts';

const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const payload = fc.record({
  text: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
  freshUntil: fc.nat({ max: 2 ** 47 }),
  loadMs: fc.nat(),
});
const value = fc
  .record({ lsn: digits(16), nonce: digits(20), payload })
  .map((parts) => ({ ...parts, bytes: `V${parts.lsn}${parts.nonce}${encodePayload(parts.payload)}` }));

describe('an entry', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(value, ({ bytes, lsn, nonce, payload }) => {
        expect(decodeEntry(bytes)).toEqual({ kind: 'value', lsn, head: `V${lsn}${nonce}`, payload });
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
      fc.tuple(fc.constantFrom('V', 'T', 'L'), fc.string({ unit: 'binary' })).map((parts) => parts.join('')),
      fc.constantFrom('__proto__', '{}', 'null', '', 'V', 'T', 'L', 'V'.repeat(70), `V${'0'.repeat(65)}`),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        expect(decodeEntry(bytes).kind).toBe('corrupt');
      }),
    );
  });

  it('is a fence or a lease only in full', () => {
    const lsn = '00000000000000ff' as Lsn;
    const lease = `L${lsn}1700000000000${'a'.repeat(20)}`;
    expect(decodeEntry(`T${lsn}`)).toEqual({ kind: 'fence', lsn });
    expect(decodeEntry(lease)).toEqual({ kind: 'lease', lsn });
    for (const bytes of [
      `T${lsn}0`,
      `T${lsn}`.slice(0, -1),
      lease.slice(0, -1),
      `${lease}0`,
      lease.replace('1', 'x'),
    ]) {
      expect(decodeEntry(bytes).kind, bytes).toBe('corrupt');
    }
  });

  it('keeps the head of a value with a damaged payload, so that its lsn survives the repair', () => {
    const head = `V${'0'.repeat(15)}a${'b'.repeat(20)}`;
    expect(decodeEntry(`${head}rubbish`)).toEqual({ kind: 'corrupt', head });
  });
});
