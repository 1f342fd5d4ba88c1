import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseQuery } from './search-query.ts';

describe('a query', () => {
  it.each([
    ['Copper KETTLE', 'copper kettle'],
    ['  kettle\t\n copper ', 'copper kettle'],
    ['kettle copper kettle', 'copper kettle'],
    ['kettle, (copper)!', 'copper kettle'],
    ['Cafe\u0301', 'caf\u00e9'],
    ['\uFF2B\uFF45\uFF54\uFF54\uFF4C\uFF45', 'kettle'],
    ['Straße', 'straße'],
    ['أهلاً وسهلاً', 'أهلاً وسهلاً'],
    ['🎧 headphones 👩‍🚀', 'headphones'],
    ['kettle & !pan | (pot <-> lid:*)', 'kettle lid pan pot'],
    [`'; DROP TABLE products; --`, 'drop products table'],
    ['a\\b"c\u0000d\uD800e', 'a b c d e'],
  ])('%j is %j', (written, query) => {
    expect(normaliseQuery(written)).toBe(query);
  });

  it.each(['', '   ', '& | ! <-> :*', '🎧', '\u0000', '\uDC00', '\u0301'])('%j has no words', (written) => {
    expect(normaliseQuery(written)).toBe('');
  });

  it.each([
    ['x'.repeat(10_000), '200 characters'],
    ['x'.repeat(201), '200 characters'],
    ['\u3316'.repeat(100), '200 characters'],
    ['a b c d e f g h i j k l m n o p q', '16 words'],
  ])('is refused where it is too much', (written, why) => {
    expect(() => normaliseQuery(written)).toThrow(why);
  });

  it('is the same, normalised again, and has no signs in it, whatever was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (written) => {
        const query = normaliseQuery(written);
        expect(query).toMatch(/^[\p{L}\p{M}\p{N} ]*$/u);
        expect(normaliseQuery(query)).toBe(query);
      }),
    );
  });
});
