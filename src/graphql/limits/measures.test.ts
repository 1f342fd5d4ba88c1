import fc from 'fast-check';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { measure } from './measures.ts';

const of = (document: string) => measure(parse(document));
const times = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

describe('a document has as many', () => {
  it.each([
    ['{ a b c }', 0],
    ['{ x: a y: a }', 2],
    ['{ a { x: b } } fragment F on A { y: b }', 2],
    ['{ a a a }', 2],
    ['{ a { b } a { b } }', 1],
    ['{ a ... { a } }', 0],
    ['{ x: a x: b }', 2],
  ])('aliases, and repeated fields, as are written: %s', (document, aliases) => {
    expect(of(document).aliases).toBe(aliases);
  });

  it('directives as are written, wherever they stand', () => {
    const document = 'query ($v: Int @a) @b { c @d @d ... @e { f } ...G @h } fragment G on Query @i { j @k }';
    expect(of(document)).toMatchObject({ directives: 8, fragments: 1 });
  });

  it('root fields as its largest operation, through fragments', () => {
    const document = `query A { a } query B { a ...F ... { b { c } } ...F } fragment F on Query { d e }`;
    expect(of(document).rootFields).toBe(6);
  });

  it('fields as all levels of its largest operation, or of a fragment that nobody spreads', () => {
    expect(of('query A { a { b ...F } } query B { c } fragment F on A { d { e } }').fields).toBe(4);
    expect(of('{ a } fragment F on Query { b { c d } }').fields).toBe(3);
  });
});

it('fragments that double count for what they would become, without being gone through', () => {
  const doubling = times(60, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`);
  expect(of(`{ ...F0 } ${doubling} fragment F60 on Query { a }`)).toMatchObject({
    rootFields: 2 ** 60,
    fields: 2 ** 60,
  });
});

it('fragments in a circle, and those that are not there, are counted all the same', () => {
  expect(of('{ a ...F } fragment F on Query { b ...G } fragment G on Query { c ...F ...H }').fields).toBe(3);
});

it('names of prototypes are names like others', () => {
  const document = '{ ...constructor __proto__ __proto__ } fragment constructor on Query { toString }';
  expect(of(document)).toMatchObject({ aliases: 1, rootFields: 3 });
});

/** A chain of fragments: each spreads later ones only. */
const chain = fc.array(
  fc.record({ fields: fc.nat(3), spreads: fc.array(fc.nat(5), { maxLength: 3 }), below: fc.boolean() }),
  { minLength: 1, maxLength: 6 },
);

it('fields are those that are there once all fragments are written out', () => {
  fc.assert(
    fc.property(chain, (links) => {
      const textOf = (at: number, spread: (to: number) => string) => {
        const { fields = 0, spreads = [], below = false } = links[at] ?? {};
        const parts = [
          ...Array.from({ length: fields }, () => 'a'),
          ...spreads.filter((to) => to > at && to < links.length).map(spread),
        ];
        const inner = parts.length === 0 ? 'z' : parts.join(' ');
        return below ? `b { ${inner} }` : inner;
      };
      const written = (at: number): string => textOf(at, (to) => written(to));
      const short = links.map((_, at) => `fragment F${at} on Query { ${textOf(at, (to) => `...F${to}`)} }`);
      const found = of(`{ ...F0 } ${short.join(' ')}`);
      const all = links.map((_, at) => of(`{ ${written(at)} }`));
      expect(found.fields).toBe(Math.max(...all.map(({ fields }) => fields)));
      expect(found.rootFields).toBe(all[0]?.rootFields);
    }),
  );
});
