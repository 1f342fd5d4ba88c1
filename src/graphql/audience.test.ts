import fc from 'fast-check';
import { Kind, parse, visit, type DocumentNode, type FieldNode, type OperationDefinitionNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { permissions } from '../../resolvers/index.ts';
import { sharedFields } from '../../resolvers/kept-fields.ts';
import { everybody } from '../auth/rules.ts';
import { deny } from '../auth/shield.ts';
import { seededRandom } from '../clock/random.ts';
import { generateOperation } from '../testing/generated-operations.ts';
import { reachedFields } from '../testing/reached-fields.ts';
import {
  createAudience,
  createIsShared,
  createIsSteady,
  createSteadiness,
  type AudienceOf,
  type IsSteady,
} from './audience.ts';
import { createSchema, isShared, isSteady } from './schema.ts';

const schema = createSchema();
const audienceOf = createAudience(schema, isShared);

const operationOf = ({ definitions }: DocumentNode): OperationDefinitionNode => {
  const found = definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (found?.kind !== Kind.OPERATION_DEFINITION) throw new Error('there is no operation');
  return found;
};
const decide = <Answer>(
  decision: (operation: OperationDefinitionNode, document: DocumentNode) => Answer,
  document: DocumentNode,
) => decision(operationOf(document), document);
const audienceIn = (text: string) => decide(audienceOf, parse(text));

/** Some reach everything, most what a page of the catalogue would. */
const documents = fc
  .tuple(
    fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    fc.integer({ min: 2, max: 5 }),
    fc.constantFrom(1, 1, 2, 4),
  )
  .map(([seed, depth, breadth]) =>
    generateOperation(schema, seededRandom(seed), { depth, breadth, fragments: 0.5 }),
  );
const runs = { numRuns: 600, seed: 1 };

const split = (name: string) => name.split('.') as [type: string, field: string];
const isClosed = (name: string) => {
  const [type, field] = split(name);
  return permissions[type]?.[field] !== everybody;
};

/** The invariant: what touches a field that some rule keeps from someone is its viewer's alone. */
const keepsToItself = (decision: AudienceOf) =>
  fc.property(documents, ({ document }) => {
    const isTouched = [...reachedFields(schema, document)].some(isClosed);
    return !isTouched || decide(decision, document) === 'viewer';
  });

describe('what touches a field that not everybody may read', () => {
  it('is never for everyone', () => {
    fc.assert(keepsToItself(audienceOf), runs);
  });

  const shared = (type: string, { name }: FieldNode) =>
    name.value === '__typename' || isShared(type, name.value);
  const fieldsOf = ({ selectionSet }: OperationDefinitionNode) =>
    selectionSet.selections.filter((each) => each.kind === Kind.FIELD);

  it.each<readonly [string, AudienceOf]>([
    [
      'looks at root fields alone',
      (operation) => (fieldsOf(operation).every((field) => shared('Query', field)) ? 'everyone' : 'viewer'),
    ],
    [
      'passes fragments over',
      (operation, document) => {
        const bare = visit(operation, { FragmentSpread: () => null, InlineFragment: () => null });
        return audienceOf(bare, document);
      },
    ],
    [
      'looks at fields wherever they stand, and not at their types',
      (_, document) => {
        const names = new Set<string>(Object.values<readonly string[]>(sharedFields).flat());
        const asked: string[] = [];
        visit(document, { Field: ({ name }) => void asked.push(name.value) });
        return asked.every((name) => names.has(name)) ? 'everyone' : 'viewer';
      },
    ],
    ['lets everything through', () => 'everyone'],
  ])('would be seen with a decision that %s', (_, decision) => {
    expect(fc.check(keepsToItself(decision), runs).failed).toBe(true);
  });
});

it('is for everyone exactly what is made of shared fields', () => {
  const seen = { everyone: 0, viewer: 0 };
  fc.assert(
    fc.property(documents, ({ document }) => {
      const audience = decide(audienceOf, document);
      seen[audience] += 1;
      const isMadeOfShared = [...reachedFields(schema, document)].every((name) => isShared(...split(name)));
      expect(audience).toBe(isMadeOfShared ? 'everyone' : 'viewer');
    }),
    runs,
  );
  expect(Math.min(seen.everyone, seen.viewer)).toBeGreaterThan(50);
});

describe('an operation', () => {
  it.each([
    ['the catalogue', '{ products { nodes { name price { amount } } pageInfo { hasNextPage } } }'],
    ['a profile', '{ user(id: "x") { ...Card } } fragment Card on User { username ... { avatarUrl } }'],
    ['names of types', '{ __typename product(id: "x") { __typename } }'],
    ['a product by way of an interface', '{ product(id: "x") { ... on Node { ... on Product { id } } } }'],
  ])('of %s is for everyone', (_, text) => {
    expect(audienceIn(text)).toBe('everyone');
  });

  it.each([
    ['a private field beside a public one', '{ user(id: "x") { username email } }'],
    [
      'a private field in a fragment of a fragment',
      '{ user(id: "x") { ...A } } fragment A on User { ...B } fragment B on User { phone }',
    ],
    ['a private field that is skipped', '{ user(id: "x") { username email @skip(if: true) } }'],
    [
      'a field of an interface, of which some types are private',
      '{ product(id: "x") { ... on Node { id } } }',
    ],
    ['what everybody may read and nobody alike', '{ viewer { username } }'],
    ['a node, which may be anything', '{ node(id: "x") { ... on Product { name } } }'],
    ['the schema', '{ __schema { queryType { name } } }'],
    ['a type', '{ __type(name: "User") { name } }'],
    ['a field that there is not', '{ nothing }'],
    ['a fragment that there is not', '{ ...Nothing }'],
    ['a fragment on a type that there is not', '{ ... on Nothing { id } }'],
    ['a change', 'mutation { clearCart(input: {}) { cart { itemCount } } }'],
    ['a stream', 'subscription { notificationReceived { id } }'],
    ['a stream of nothing but names', 'subscription { __typename }'],
  ])('of %s is its viewer’s alone', (_, text) => {
    expect(audienceIn(text)).toBe('viewer');
  });

  it('is told from others of its document', () => {
    const document = parse(
      'query A { ...Shop } query B { viewer { id } } fragment Shop on Query { products { nodes { id } } }',
    );
    const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
    expect(operations.map((each) => audienceOf(each, document))).toEqual(['everyone', 'viewer']);
  });
});

describe('an answer that may be kept for one session', () => {
  const steadiness = createSteadiness(schema, isSteady);
  const isMadeOfSteady = (document: DocumentNode) =>
    [...reachedFields(schema, document)].every((name) => isSteady(...split(name)));
  const isExact = (decision: IsSteady) =>
    fc.property(documents, ({ document }) => decide(decision, document) === isMadeOfSteady(document));

  it('is one that is made of steady fields alone', () => {
    fc.assert(isExact(steadiness), runs);
  });

  it('is any that is for everyone, and others', () => {
    const seen = { steady: 0, shared: 0, neither: 0 };
    for (const { document } of fc.sample(documents, { numRuns: 600, seed: 1 })) {
      const isForAll = decide(audienceOf, document) === 'everyone';
      const isKept = decide(steadiness, document);
      if (isForAll) expect(isKept).toBe(true);
      seen[isForAll ? 'shared' : isKept ? 'steady' : 'neither'] += 1;
    }
    expect(Math.min(seen.shared, seen.steady, seen.neither)).toBeGreaterThan(10);
  });

  it.each<readonly [string, IsSteady]>([
    ['takes what is for everyone alone', (...asked) => audienceOf(...asked) === 'everyone'],
    ['lets everything through', () => true],
  ])('would be another one with a decision that %s', (_, decision) => {
    expect(fc.check(isExact(decision), runs).failed).toBe(true);
  });

  it.each([
    ['who is there', '{ viewer { presence { isOnline } } }'],
    ['what a scope opens', '{ viewer { orders { nodes { id } } } }'],
    ['what is listed from Postgres each time', '{ viewer { chats { nodes { id } } } }'],
    ['sessions, of which one is this', '{ viewer { sessions { nodes { isCurrent } } } }'],
    ['a cart', '{ cart { itemCount } }'],
    ['a change', 'mutation { heartbeat { user { id } } }'],
  ])('is none of %s', (_, text) => {
    expect(decide(steadiness, parse(text))).toBe(false);
  });

  it('may not be made of what a scope or nobody is asked for', () => {
    for (const listed of [{ User: ['orders'] }, { OrderPayment: ['transaction'] }, { Chat: ['nothing'] }])
      expect(() => createIsSteady(listed, permissions, isShared)).toThrow('looks at more than the viewer');
    expect(createIsSteady({ User: ['email'] }, permissions, isShared)('User', 'email')).toBe(true);
  });
});

describe('a list of shared fields', () => {
  it('may not hold what a rule keeps from someone', () => {
    expect(() => createIsShared({ User: ['username', 'email'] }, permissions)).toThrow(
      'User.email is listed as shared, and is not for everybody',
    );
    expect(() => createIsShared({ Product: ['name'] }, { Product: { name: deny } })).toThrow('Product.name');
    expect(() => createIsShared({ Product: ['none'] }, permissions)).toThrow('Product.none');
  });

  it('leaves out, of what everybody may read, what tells viewers apart and what only changes answer', () => {
    const open = Object.entries(permissions).flatMap(([type, fields]) =>
      Object.entries(fields).flatMap(([field, rule]) => (rule === everybody ? [`${type}.${field}`] : [])),
    );
    expect(open.filter((name) => !isShared(...split(name))).sort()).toMatchInlineSnapshot(`
      [
        "AddToCartPayload.cart",
        "AddToCartPayload.cartToken",
        "AddToCartPayload.userErrors",
        "Cart.itemCount",
        "Cart.lines",
        "Cart.totals",
        "CartLine.product",
        "CartLine.quantity",
        "CartLine.total",
        "ClearCartPayload.cart",
        "ClearCartPayload.cartToken",
        "ClearCartPayload.userErrors",
        "Mutation.signIn",
        "Mutation.signUp",
        "Query.cart",
        "Query.node",
        "Query.nodes",
        "Query.rateLimit",
        "Query.viewer",
        "RateLimit.cost",
        "RateLimit.limit",
        "RateLimit.remaining",
        "RateLimit.resetAt",
        "RemoveFromCartPayload.cart",
        "RemoveFromCartPayload.cartToken",
        "RemoveFromCartPayload.userErrors",
        "SetCartQuantityPayload.cart",
        "SetCartQuantityPayload.cartToken",
        "SetCartQuantityPayload.userErrors",
        "SignInPayload.token",
        "SignInPayload.user",
        "SignInPayload.userErrors",
        "SignUpPayload.token",
        "SignUpPayload.user",
        "SignUpPayload.userErrors",
        "UserError.code",
        "UserError.field",
        "UserError.message",
      ]
    `);
  });
});
