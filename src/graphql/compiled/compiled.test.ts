import type { GraphQLRequest } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { beforeEach, describe, expect, it } from 'vitest';
import { answersOf, ask, expectAlike, serve } from '../../testing/compiling/answers.ts';
import { asItComes } from '../../testing/compiling/as-it-comes.ts';
import { schemaOf } from '../../testing/compiling/schema.ts';
import { totalOf } from '../../testing/prove/measures.ts';
import { createCompile, type Compile } from './compile.ts';

describe('compiled code answers as graphql-js does', () => {
  it.each<readonly [what: string, request: GraphQLRequest]>([
    ['fields and aliases', { query: '{ b: echo a: row { must id } __typename c: number @skip(if: true) }' }],
    [
      'arguments and their defaults',
      { query: '{ a: echo b: echo(text: null) c: echo(text: "x", must: 1) }' },
    ],
    [
      'variables with and without values',
      {
        query:
          'query ($a: String, $b: String = "b", $c: Int! = 1) { a: echo(text: $a) b: echo(text: $b, must: $c) }',
        variables: { b: null },
      },
    ],
    ['enums and lists', { query: '{ a: echo(color: RED, list: [1, 2]) b: echo(list: 3) }' }],
    ['scalars in a document', { query: '{ echo(day: "2026-01-31") }' }],
    [
      'scalars in a variable',
      { query: 'query ($day: Day) { echo(day: $day) }', variables: { day: '2026-01-31' } },
    ],
    [
      'variables within objects and lists',
      {
        query:
          'query ($h: Int, $n: Int!) { a: echo(size: { height: $h, width: $n }) b: echo(list: [1, $n]) }',
        variables: { n: 4 },
      },
    ],
    ['types that are told by a name', { query: '{ things { __typename id color ... on Pot { lid } } }' }],
    [
      'fragments, inline and named',
      {
        query: `{ thing(kind: "Pan") { ...A ... on Pan { handles } ... { id } } }
                fragment A on Thing { color(shade: 5) ...B } fragment B on Pan { id handles }`,
      },
    ],
    [
      'what objects give as promises and functions',
      { query: '{ row { may rows { id row { id must } } } lazy { must } }' },
    ],
    ['a field asked twice', { query: '{ row { id } row { must rows { id } rows { must } } }' }],
  ])('%s', async (_, request) => {
    const { compiled, whole } = await expectAlike(request);
    expect({ compiled, whole }).toEqual({ compiled: 1, whole: 2 });
  });

  it('a value that an object gives as a function, in its second try', async () => {
    const { repeated, givenUp } = await expectAlike({ query: '{ lazy { id } }' });
    expect({ repeated, givenUp }).toEqual({ repeated: 1, givenUp: 1 });
  });

  it('what an abstract type’s resolver says later', async () => {
    const later = {
      Thing: { __resolveType: (thing: object) => Promise.resolve(Reflect.get(thing, '__typename')) },
    };
    const { compiled, refused } = await expectAlike(
      { query: '{ things { __typename id } }' },
      schemaOf(later),
    );
    expect({ compiled, refused }).toEqual({ compiled: 0, refused: 1 });
  });

  it('an object whose type is not told, though nobody catches what that makes the compiler throw', async () => {
    expect((await expectAlike({ query: '{ forgotten { id } }' })).repeated).toBe(2);
  });
});

describe('@skip and @include', () => {
  const conditions = ['true', 'false'].flatMap((a) =>
    ['true', 'false'].map((b) => [a === 'true', b === 'true']),
  );
  const query = `query ($a: Boolean!, $b: Boolean = true) {
    row { ...F @include(if: $a) ...F @include(if: $b) rows @skip(if: $a) { id } rows { must @skip(if: $b) } }
    one: row @include(if: $a) { ...G }
    two: row @skip(if: $b) @include(if: true) { ...G must @skip(if: true) }
  }
  fragment F on Row { must } fragment G on Row { id may @include(if: $b) }`;

  it.each(conditions)('leave out the same (%s, %s)', async (a, b) => {
    expect((await expectAlike({ query, variables: { a, b } })).whole).toBe(2);
  });

  it('do not, as the compiler alone reads them: the test would notice', async () => {
    const differing = await Promise.all(
      conditions.map(async ([a, b]) => {
        const { answers } = await answersOf(
          { query, variables: { a, b } },
          schemaOf(),
          asItComes(schemaOf()),
        );
        return answers.length > 1;
      }),
    );
    expect(differing).toContain(true);
  });

  it('are each a way of its own, of which no more than eight are compiled', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const many = `query (${names.map((name) => `$${name}: Boolean!`).join(' ')}) {
      ${names.map((name) => `${name}: echo @include(if: $${name})`).join(' ')} }`;
    const compiling = serve(schemaOf(), createCompile(schemaOf()));
    for (let bits = 0; bits < 16; bits += 1) {
      const variables = Object.fromEntries(names.map((name, at) => [name, (bits & (1 << at)) !== 0]));
      for (let time = 0; time < 4; time += 1) await ask(compiling, { query: many, variables });
    }
    expect(await totalOf(compiling.metrics.compilations, {})).toBe(8);
  });
});

describe('is left to graphql-js, and refused in its words', () => {
  it.each<readonly [what: string, request: GraphQLRequest]>([
    ['a variable of a wrong type', { query: 'query ($a: Int) { echo(list: [$a]) }', variables: { a: 'x' } }],
    ['a variable that is missing', { query: 'query ($a: Int!) { echo(must: $a) }' }],
    [
      'a null for what has a default',
      { query: 'query ($a: Int = 2) { echo(must: $a) }', variables: { a: null } },
    ],
    [
      'an input of one field with two',
      { query: 'query ($by: Either!) { either(by: $by) }', variables: { by: { id: '1', name: 'n' } } },
    ],
    ['an operation of no such name', { query: 'query A { echo } query B { echo }', operationName: 'C' }],
    ['one of several, without a name', { query: 'query A { echo } query B { echo }' }],
    [
      'a condition that is null',
      { query: 'query ($a: Boolean = true) { echo @skip(if: $a) }', variables: { a: null } },
    ],
    ['the schema', { query: '{ __type(name: "Row") { name } }' }],
    ['a mutation', { query: 'mutation { fails }' }],
    ['a key with an underscore', { query: '{ a_b: row { c: id } a: row { b_c: id } }' }],
    ['a key that is a prototype', { query: '{ __proto__: row { id } }' }],
  ])('%s', async (_, request) => {
    const { whole, repeated } = await expectAlike(request);
    expect({ whole, repeated }).toEqual({ whole: 0, repeated: 0 });
  });

  it.each([
    ['in one selection', 400, (fields: string) => `{ row { ${fields} } }`],
    [
      'by fragments',
      14,
      (fields: string) =>
        `{ ${'a b c d e f g h i j k l m n o p q r s t u v w x y'.replaceAll(/\w/g, '$&: row { ...F }')} } fragment F on Row { ${fields} }`,
    ],
    ['for each type of an object', 199, (fields: string) => `{ things { ${fields} } }`],
  ])('what is too large %s', async (_, most, queryOf) => {
    const fields = (count: number) => Array.from({ length: count }, (_each, at) => `k${at}: id`).join(' ');
    const asked = async (count: number) => (await expectAlike({ query: queryOf(fields(count)) })).compiled;
    expect([await asked(most - 2), await asked(most + 2)]).toEqual([1, 0]);
  });

  it('what has answered wrongly, from then on', async () => {
    const schema = schemaOf();
    const compile = createCompile(schema);
    const wrong: Compile = (...asked) => {
      compile(...asked);
      return { run: () => Promise.resolve({ errors: [new GraphQLError('of the compiler')] }) };
    };
    const { answers, interpreted, repeated, givenUp } = await answersOf({ query: '{ echo }' }, schema, wrong);
    expect(answers).toEqual([interpreted]);
    expect({ repeated, givenUp }).toEqual({ repeated: 1, givenUp: 1 });
  });
});

it('an operation of one name does not answer for another of its document', async () => {
  const query =
    'query A($a: Boolean!) { echo @skip(if: $a) ...F } query B { ...F } fragment F on Query { must: echo }';
  for (const operationName of ['A', 'B'])
    expect((await expectAlike({ query, operationName, variables: { a: true } })).whole).toBe(2);
});

describe('a text that the compiler would run as code', () => {
  const code = '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d(globalThis.isRun = true)';
  const query = `{ echo(text: "${code}") }`;
  const isRun = () => Reflect.get(globalThis, 'isRun') === true;
  beforeEach(() => Reflect.deleteProperty(globalThis, 'isRun'));

  it('is a text', async () => {
    expect((await expectAlike({ query })).whole).toBe(2);
    expect(isRun()).toBe(false);
  });

  it('is run by the compiler alone: the test would notice', async () => {
    await answersOf({ query }, schemaOf(), asItComes(schemaOf()));
    expect(isRun()).toBe(true);
  });
});
