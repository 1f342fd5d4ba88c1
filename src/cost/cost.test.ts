import {
  buildSchema,
  getIntrospectionQuery,
  graphqlSync,
  GraphQLError,
  isObjectType,
  parse,
  printType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { pageRequest } from '../../schema/connection.ts';
import { createSchema } from '../graphql/schema.ts';
import { actualOf, estimateOf } from '../testing/costed.ts';
import { maxListSize } from './arguments.ts';
import { createCosts, toPoints, type Costs, type Variables } from './cost.ts';
import { createWeights } from './weights.ts';

const directives = `
  directive @cost(weight: String!) on
    ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(
    assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true
  ) on FIELD_DEFINITION
`;
const shelf = `
  type Query {
    book: Book
    books(first: Int = 20): Page
      @listSize(assumedSize: 20, slicingArguments: ["first"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false)
    byIds(ids: [ID!]!): [Book]! @listSize(slicingArguments: ["ids"])
    strict(first: Int, last: Int): [Book!] @listSize(slicingArguments: ["first", "last"])
    find(filter: Filter, any: [String!] @cost(weight: "2")): Book
    thing: Thing
  }
  type Page { edges: [Edge!]! nodes: [Book!]! count: Int @cost(weight: "9.5") }
  type Edge { node: Book! }
  interface Thing { title: String }
  type Book implements Thing @cost(weight: "3") { title: String author: Author sequels: [Book!] @listSize(assumedSize: 4) }
  type Author implements Thing { title: String secret: Secret }
  scalar Secret @cost(weight: "7")
  input Filter { words: [String!] @cost(weight: "5") rough: Boolean @cost(weight: "-4") and: Filter }
`;
const costs = createCosts(buildSchema(directives + shelf));

/** Of `text`, without the 1 of the root. */
const unitsOf = (text: string, variables: Variables = {}, of: Costs = costs) =>
  estimateOf(of, { document: parse(text), variables }) - 1;
const actualUnitsOf = (text: string, data: unknown) =>
  actualOf(costs, { document: parse(text), variables: {} }, data) - 1;

const range = (length: number) => Array.from({ length }, (_, place) => place);

function refusalOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (error instanceof GraphQLError) return [error.extensions['code'], error.message];
    throw error;
  }
  return undefined;
}

describe('an estimate', () => {
  it.each([
    ['a field and its object', '{ book { title } }', 1 + 3],
    ['an alias is another call', '{ book { title } b: book { title } }', 8],
    ['the same field named twice is one call', '{ book { title } book { title author { title } } }', 4 + 2],
    ['a scalar with a weight', '{ book { author { secret } } }', 4 + 2 + 7],
    ['a field with a weight', '{ books(first: 1) { count } }', 2 + 9.5],
    ['the default of the schema', '{ books { nodes { title } } }', 2 + 1 + 20 * 3],
    ['what is asked for', '{ books(first: 7) { nodes { title } } }', 2 + 1 + 7 * 3],
    ['null is what is assumed', '{ books(first: null) { nodes { title } } }', 2 + 1 + 20 * 3],
    [
      'each sized field',
      '{ books(first: 7) { nodes { title } edges { node { title } } } }',
      2 + 22 + 1 + 7 * 5,
    ],
    ['a list in a list', '{ books(first: 7) { nodes { sequels { title } } } }', 2 + 1 + 7 * (3 + 1 + 4 * 3)],
    ['as many as ids are given', '{ byIds(ids: ["a", "b", "c"]) { title } }', 1 + 3 * 3],
    ['no ids', '{ byIds(ids: []) { title } }', 1],
    ['the dearest type', '{ thing { title } }', 1 + 3],
    ['the dearest type with what is asked of it', '{ thing { ... on Author { secret } } }', 1 + 1 + 7],
    [
      'types that are not asked for',
      '{ thing { ... on Book { author { title } } ... on Author { title } } }',
      1 + 3 + 2,
    ],
    ['items of an argument', '{ find(any: ["a", "b"]) { title } }', 4 + 4],
    ['an input and its fields', '{ find(filter: { words: ["a", "b"] }) { title } }', 4 + 1 + 10],
    ['an input in an input', '{ find(filter: { words: "a", and: { words: "b" } }) { title } }', 4 + 2 + 10],
    ['a weight below nothing', '{ find(filter: { words: ["a"], rough: true }) { title } }', 4 + 1 + 5 - 4],
    ['no field below nothing', '{ find(filter: { rough: true, and: { rough: true } }) { title } }', 3],
    ['what is skipped', '{ book @skip(if: true) { title } thing @include(if: false) { title } }', 0],
    ['__typename', '{ __typename }', 0],
  ])('counts %s', (_, text, units) => {
    expect(unitsOf(text)).toBe(units);
  });

  const withVariable = 'query ($n: Int = 5) { books(first: $n) { nodes { title } } }';
  it.each([
    ['its value', { n: 9 }, 3 + 9 * 3],
    ['its default', {}, 3 + 5 * 3],
    ['null, which is not its default', { n: null }, 3 + 20 * 3],
  ])('takes of a variable %s', (_, variables, units) => {
    expect(unitsOf(withVariable, variables)).toBe(units);
  });

  it('takes the default of the argument for a variable without a value', () => {
    expect(unitsOf('query ($n: Int) { books(first: $n) { nodes { title } } }')).toBe(3 + 20 * 3);
  });

  it('is made anew for other values of what is skipped', () => {
    const document = parse('query ($no: Boolean!) { book { title author @skip(if: $no) { title } } }');
    const units = (no: boolean) => estimateOf(costs, { document, variables: { no } }) - 1;
    expect([units(true), units(false), units(true)]).toEqual([4, 6, 4]);
  });

  it('counts fragments where they are spread, and once in one place', () => {
    const book = 'fragment B on Book { author { title } }';
    expect(unitsOf(`{ book { ...B ...B } b: book { ...B } } ${book}`)).toBe(2 * 6);
  });

  it.each([
    ['0', 0],
    ['below 0', -1],
    ['the smallest', -2_147_483_648],
    ['beyond what resolvers give', maxListSize + 1],
    ['the largest', 2_147_483_647],
  ])('is refused for a page of %s items', (_, n) => {
    const refusal = ['BAD_USER_INPUT', `\`first\` must be between 1 and 100, not ${n}.`];
    expect(refusalOf(() => unitsOf(withVariable, { n }))).toEqual(refusal);
    expect(refusalOf(() => unitsOf(`{ books(first: ${n}) { count } }`))).toEqual(refusal);
    // Nobody will take a page that the query does not ask for.
    expect(unitsOf(`{ books(first: ${n}) @skip(if: true) { count } }`)).toBe(0);
  });

  it.each([
    ['none of the arguments that it needs one of', '{ strict { title } }'],
    ['both of them', '{ strict(first: 1, last: 2) { title } }'],
    ['too many ids', `{ byIds(ids: [${'"a" '.repeat(101)}]) { title } }`],
    ['a variable that is no number', 'query ($n: Int = "x") { books(first: $n) { count } }'],
    ['a variable that is missing', 'query ($n: [ID!]!) { byIds(ids: $n) { title } }'],
  ])('is refused for %s', (_, text) => {
    expect(refusalOf(() => unitsOf(text))).toEqual(['BAD_USER_INPUT', expect.any(String)]);
  });

  it('takes the limits of pages from where resolvers do', () => {
    expect(pageRequest({}, 'books').limit).toBe(20);
    expect(pageRequest({ first: maxListSize }, 'books').limit).toBe(maxListSize);
    expect(() => pageRequest({ first: maxListSize + 1 }, 'books')).toThrow('between 1 and 100');
  });
});

describe('hostile documents', () => {
  const spreads = (levels: number) =>
    Array.from({ length: levels }, (_, level) => {
      const next = `title ${level + 1 < levels ? `...F${level + 1}` : ''}`;
      return `fragment F${level} on Book { a: sequels { ${next} } b: sequels { ${next} } }`;
    }).join(' ');

  it('cost more than anybody has, and no time that grows with it: 2^60 selections in 60 fragments', () => {
    expect(unitsOf(`{ book { ...F0 } } ${spreads(60)}`)).toBe(Number.MAX_SAFE_INTEGER - 1);
  });

  it('whose selections meet in ever other ways are refused', () => {
    // Which of the selections of the last level are merged depends on where along the path `a` was, so there are 2^levels.
    const entangled = (levels: number) => {
      const fragments = range(levels).flatMap((level) =>
        range(level + 1).map((steps) => {
          const next = (one: number) => (level + 1 < levels ? `...L${level + 1}S${one}` : 'title');
          const [onA, onB] =
            steps === 0 ? [`${next(0)} ${next(1)}`, next(0)] : [next(steps + 1), next(steps + 1)];
          return `fragment L${level}S${steps} on Book { a: sequels { ${onA} } b: sequels { ${onB} } }`;
        }),
      );
      return `{ book { ...L0S0 } } ${fragments.join(' ')}`;
    };
    expect(unitsOf(entangled(5))).toBeGreaterThan(2 ** 5);
    const refusal = ['BAD_USER_INPUT', 'The selections of this operation overlap in too many ways.'];
    expect(refusalOf(() => unitsOf(entangled(14)))).toEqual(refusal);
  });
});

describe('what an answer came to', () => {
  it.each([
    ['a null costs its field', '{ book { title } }', { book: null }, 1],
    ['a missing object too', '{ book { title } }', null, 1],
    ['lists as long as they are', '{ books { nodes { title } } }', { books: { nodes: [{}, {}] } }, 3 + 2 * 3],
    ['no null of a list', '{ byIds(ids: ["a", "b"]) { title } }', { byIds: [null, {}] }, 1 + 3],
    [
      'what it is by __typename',
      '{ thing { __typename title } }',
      { thing: { __typename: 'Author', title: '' } },
      1 + 1,
    ],
    [
      'what it is by its fields',
      '{ thing { ... on Book { title } ... on Author { secret } } }',
      { thing: { secret: 's' } },
      1 + 1 + 7,
    ],
    ['an alias under its name', '{ b: book { t: title } }', { b: { t: 'x' } }, 4],
  ])('is %s', (_, text, data, units) => {
    expect(actualUnitsOf(text, data)).toBe(units);
  });
});

describe('a schema', () => {
  const made = (text: string) => () => createCosts(buildSchema(directives + text));

  it.each([
    [
      'a list of unknown size',
      'type Query { a: A } type A { all: [A] }',
      'Query.a leads to a list of unknown size: all',
    ],
    [
      'a list of unknown size at the root',
      'type Query { all: [A] } type A { x: Int }',
      'The size of Query.all is unknown',
    ],
    [
      'a size for what is no list',
      'type Query { a: A @listSize(assumedSize: 1, sizedFields: ["x"]) } type A { x: Int }',
      'names no list of A: x',
    ],
    [
      'a size by no argument',
      'type Query { a: [Int] @listSize(slicingArguments: ["first"]) }',
      'names no argument of it: first',
    ],
    [
      'a list of lists',
      'type Query { a: [[A]] @listSize(assumedSize: 1) } type A { x: Int }',
      'more lists than one size',
    ],
    [
      'a weight that is no number',
      'type Query { a: Int @cost(weight: "much") }',
      'a weight that is not a number: much',
    ],
    [
      'an object that weighs less than nothing',
      'type Query { a: A } type A @cost(weight: "-1") { x: Int }',
      'A has a negative weight',
    ],
  ])('with %s is refused', (_, text, message) => {
    expect(made(text)).toThrow(new RegExp(message));
  });

  it('may have lists of unknown size of what weighs nothing', () => {
    const weightless = createCosts(
      buildSchema(
        `${directives} type Query { all: [A] names: [String] } type A @cost(weight: "0") { x: Int }`,
      ),
    );
    expect(unitsOf('{ all { x } names }', {}, weightless)).toBe(1);
  });
});

describe('the schema that is served', () => {
  const served = createSchema();
  const servedCosts = createCosts(served);

  it('has its weights still, behind its permissions', () => {
    const weights = createWeights(served);
    const mutation = served.getMutationType();
    const signIn = mutation?.getFields()['signIn'];
    if (mutation == null || signIn === undefined) throw new Error('there is no signIn');
    expect(weights.ofField(mutation, signIn).weight).toBe(300);
    expect(printType(mutation)).toContain('signIn');
  });

  it('has pages of 20 where none is asked for, as resolvers have', () => {
    const assumed = Object.values(served.getTypeMap())
      .filter(isObjectType)
      .flatMap((type) =>
        Object.values(type.getFields())
          .filter(({ args }) => args.some(({ name }) => name === 'first'))
          .map((field) => createWeights(served).ofField(type, field).listSize?.assumedSize),
      );
    expect(assumed.length).toBeGreaterThan(10);
    expect(new Set(assumed)).toEqual(new Set([pageRequest({}, 'any').limit]));
  });

  it('can be introspected for a few points, and no answer costs more', () => {
    const document = parse(getIntrospectionQuery());
    const { data } = graphqlSync({ schema: served, source: getIntrospectionQuery() });
    const estimate = estimateOf(servedCosts, { document, variables: {} });
    expect(toPoints(estimate)).toBeLessThan(10);
    expect(actualOf(servedCosts, { document, variables: {} }, data)).toBeLessThanOrEqual(estimate);
  });
});

describe('points', () => {
  it.each([
    [0, 1],
    [1, 1],
    [100, 1],
    [101, 2],
    [12_345, 124],
  ])('of %s units are %s', (units, points) => {
    expect(toPoints(units)).toBe(points);
  });
});
