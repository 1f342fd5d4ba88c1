import fc from 'fast-check';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { areSafeVariables, isSafeText, safeTextRule } from './safe-text.ts';

/** Any UTF-16, halves of surrogate pairs included. */
const anyText = fc.uint16Array().map((units) => String.fromCharCode(...units));

describe('text is safe', () => {
  it.each(['', 'a', 'ä', '💥', '\u0001', '\ufeff', '\uffff'])('where a column can keep it: %j', (text) => {
    expect(isSafeText(text)).toBe(true);
  });

  it.each(['\0', 'a\0', '\ud83d', '\ude00', '\ude00\ud83d', 'a\ud83d'])('but not %j', (text) => {
    expect(isSafeText(text)).toBe(false);
  });

  it('exactly where it comes back from UTF-8 as it was, and has no NUL', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('', '\0', '\ud800', '\udc00'), (text, more) => {
        const whole = text + more;
        expect(isSafeText(whole)).toBe(Buffer.from(whole).toString() === whole && !whole.includes('\0'));
      }),
    );
  });
});

describe('variables', () => {
  const around = (value: unknown, levels: number): unknown =>
    Array.from({ length: levels }).reduce<unknown>((inner) => [inner], value);

  it('are safe with every kind of value', () => {
    expect(areSafeVariables({ a: 1, b: null, c: true, d: 'x', e: ['y', { f: [] }], g: {} })).toBe(true);
  });

  it('are found unsafe wherever the text stands, in keys as well', () => {
    const place = fc.constantFrom<(text: string) => Record<string, unknown>>(
      (text) => ({ a: text }),
      (text) => ({ a: [1, text] }),
      (text) => ({ a: { b: [{ c: text }] } }),
      (text) => ({ [text]: 1 }),
      (text) => ({ a: [{ [text]: null }] }),
    );
    fc.assert(
      fc.property(place, fc.constantFrom('\0', '\ud800', 'a\udc00'), (put, text) => {
        expect(areSafeVariables(put(text))).toBe(false);
      }),
    );
  });

  it('may be nested as deep as an input could be, and no deeper', () => {
    expect(areSafeVariables({ a: around('x', 30) })).toBe(true);
    expect(areSafeVariables({ a: around('x', 33) })).toBe(false);
    expect(areSafeVariables({ a: around('x', 1_000_000) })).toBe(false);
  });
});

describe('a document', () => {
  const schema = buildSchema('type Query { a(b: String): Int }');
  const faultsOf = (document: string) =>
    validate(schema, parse(document), [safeTextRule]).map(({ message }) => message);

  it.each([
    [String.raw`{ a(b: "\u0000") }`, 1],
    [String.raw`query ($b: String = "\u0000") { a(b: $b) }`, 1],
    [String.raw`{ a(b: "\u0000") c: a(b: "\u0000") }`, 2],
    [String.raw`{ a(b: "\ud83d\ude00 \u{1f600}") }`, 0],
    ['{ a(b: """ä""") }', 0],
  ])('%s has %i such texts', (document, count) => {
    expect(faultsOf(document)).toHaveLength(count);
  });
});
