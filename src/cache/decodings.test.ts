import { describe, expect, it } from 'vitest';
import { createDecodings, type Decoding } from './decodings.ts';
import { stateOf, type ValueEntry } from './entry.ts';

const codec = { encode: String, decode: String };
const entry: ValueEntry = {
  kind: 'value',
  head: '',
  claimedUntil: undefined,
  payload: { text: 'text', freshUntil: 0, loadMs: 0, stamps: [] },
};
const decoding = (bytes: string): Decoding<string> => ({
  ...{ bytes, codec, entry },
  state: stateOf(entry),
  value: bytes,
});
const bounds = { maxEntries: 2, maxBytes: 10_000 };

describe('what bytes were decoded to', () => {
  it('is found by the same bytes only, under the same key, by the same codec', () => {
    const decodings = createDecodings(bounds);
    decodings.note('a', decoding('one'));
    expect(decodings.find('a', 'one', codec)?.value).toBe('one');
    expect(decodings.find('a', 'two', codec)).toBeUndefined();
    expect(decodings.find('b', 'one', codec)).toBeUndefined();
    expect(decodings.find('a', 'one', { ...codec })).toBeUndefined();
  });

  it('makes room for what is used, in number and in bytes', () => {
    const decodings = createDecodings(bounds);
    for (const key of ['a', 'b', 'c']) decodings.note(key, decoding('one'));
    expect(['a', 'b', 'c'].map((key) => decodings.find(key, 'one', codec) !== undefined)).toEqual([
      false,
      true,
      true,
    ]);
    decodings.note('d', decoding('x'.repeat(3_000)));
    expect(decodings.find('b', 'one', codec)).toBeUndefined();
    decodings.note('e', decoding('x'.repeat(4_000)));
    expect(decodings.find('e', 'x'.repeat(4_000), codec)).toBeUndefined();
  });
});
