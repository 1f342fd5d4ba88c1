import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asItIs, escapeHtml, fillIn, inOneLine, parseTemplate, variablesOf } from './template-text.ts';

describe('a template is cut', () => {
  it('at its variables, each told once', () => {
    const parts = parseTemplate('Dear {{name}}, {{ sum }} from {{name}}.') ?? [];
    expect(parts).toEqual([
      'Dear ',
      { variable: 'name' },
      ', ',
      { variable: 'sum' },
      ' from ',
      { variable: 'name' },
      '.',
    ]);
    expect(variablesOf(parts)).toEqual(['name', 'sum']);
  });

  it('nowhere at single braces', () => {
    expect(parseTemplate('a { color: red } {')).toEqual(['a { color: red } {']);
  });

  it.each([
    ['never closed', 'Dear {{name'],
    ['never opened', 'Dear name}}'],
    ['without a name', 'Dear {{}}'],
    ['with an expression', 'Dear {{a.b}}'],
    ['a brace too many', 'Dear {{{name}}}'],
    ['one inside another', 'Dear {{a{{b}}}}'],
    ['beginning with a digit', '{{1st}}'],
    ['too long', `{{${'a'.repeat(61)}}}`],
  ])('but not: %s', (_, text) => {
    expect(parseTemplate(text)).toBeUndefined();
  });

  it('in time that grows with its length', () => {
    const parse = (text: string) => {
      const begun = performance.now();
      parseTemplate(text);
      return performance.now() - begun;
    };
    for (const unit of ['{{', '}}', '{{a}}', '{{a', '{', ' ']) parse(unit.repeat(1_000_000));
    // A square of a million would take minutes.
    for (const unit of ['{{', '}}', '{{a}}', '{{a', '{', ' '])
      expect(parse(unit.repeat(1_000_000))).toBeLessThan(5_000);
  });
});

describe('values', () => {
  const fill = (text: string, values: Readonly<Record<string, string>>, written = asItIs) =>
    fillIn(parseTemplate(text) ?? [], new Map(Object.entries(values)), written);

  it('are not templates themselves', () => {
    expect(fill('{{a}} {{b}}', { a: '{{b}}', b: '$& $1' })).toBe('{{b}} $& $1');
  });

  it('may have any name, also that of a prototype', () => {
    const values = new Map([
      ['__proto__', 'one'],
      ['constructor', 'two'],
    ]);
    expect(fillIn(parseTemplate('{{__proto__}} {{constructor}}') ?? [], values, asItIs)).toBe('one two');
    expect(() => fill('{{toString}}', {})).toThrow('no value for the variable toString');
  });

  it('are text in HTML, whatever they are', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const html = fill('<b title="{{v}}">', { v: value }, escapeHtml);
        expect(html.slice('<b title="'.length, -'">'.length)).not.toMatch(/[<>"']/);
      }),
    );
    expect(escapeHtml(`<a href='x'>&"`)).toBe('&lt;a href=&#39;x&#39;&gt;&amp;&quot;');
  });

  it('never break a line where there must be one', () => {
    expect(inOneLine('Hello\r\nBcc: everybody@example.com\u2028!')).toBe(
      'Hello Bcc: everybody@example.com !',
    );
  });
});
