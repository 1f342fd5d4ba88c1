import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deflate, inflate, maxInflatedBytes } from './compression.ts';
import { decodeEntry, encodePayload, noRowVersion } from './entry.ts';

const head = `V${'0'.repeat(16)}${noRowVersion}${'a'.repeat(20)}`;
const roundTrip = (text: string, compressOver?: number) => {
  const bytes = head + encodePayload({ text, freshUntil: 1, loadMs: 1, stamps: [] }, compressOver);
  const entry = decodeEntry(bytes);
  return {
    kind: bytes[head.length],
    length: bytes.length,
    text: entry.kind === 'value' ? entry.payload.text : entry,
  };
};

describe('a long text', () => {
  it('comes back as it went, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 400 }), (text, times) => {
        const long = text.repeat(times);
        expect(roundTrip(long, 10).text).toBe(long);
      }),
    );
  });

  it('is stored shorter', () => {
    const text = JSON.stringify(
      Array.from({ length: 200 }, (_, id) => ({ id, name: `product ${id}`, price: id * 7 })),
    );
    expect(roundTrip(text, 1_024)).toMatchObject({ kind: 'z', text });
    expect(roundTrip(text, 1_024).length).toBeLessThan(text.length / 2);
  });

  it('is stored as it is where it is short, or would not become shorter', () => {
    expect(roundTrip('x'.repeat(1_024), 1_024)).toMatchObject({ kind: 'v' });
    expect(roundTrip('x'.repeat(1_025), 1_024)).toMatchObject({ kind: 'z' });
    const noise = Array.from({ length: 100 }, (_, index) => String.fromCodePoint(0x4e00 + index * 37)).join(
      '',
    );
    expect(roundTrip(noise.slice(0, 30), 10)).toMatchObject({ kind: 'v' });
  });

  it('is not deflated where it could not be inflated again', () => {
    expect(deflate('x'.repeat(maxInflatedBytes + 1))).toBeUndefined();
    expect(deflate('x'.repeat(maxInflatedBytes))).toBeDefined();
  });
});

describe('what was not deflated here', () => {
  it('is nothing, never a throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String()), (text) => {
        expect(['string', 'undefined']).toContain(typeof inflate(text));
      }),
    );
    for (const text of ['', '=', 'AAAA', 'not base64!', '__proto__']) expect(inflate(text)).toBeUndefined();
  });

  it('is nothing where it is a bomb', () => {
    const bomb = deflateRawSync(Buffer.alloc(maxInflatedBytes + 1)).toString('base64');
    expect(bomb.length).toBeLessThan(10_000);
    expect(inflate(bomb)).toBeUndefined();
  });
});
