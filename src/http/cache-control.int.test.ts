import { getNamedType, isObjectType, parse, type GraphQLField } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissions } from '../../resolvers/index.ts';
import { sharedFields } from '../../resolvers/kept-fields.ts';
import { everybody } from '../auth/rules.ts';
import { seededRandom } from '../clock/random.ts';
import { createSchema, isShared } from '../graphql/schema.ts';
import { seedWorld, type Seeded } from '../testing/clients/seeded.ts';
import { generateOperation } from '../testing/generated-operations.ts';
import { reachedFields } from '../testing/reached-fields.ts';
import { createWorld, type World } from '../testing/world.ts';

const origin = 'https://shop.example.com';
const schema = createSchema();
let world: World;
let seeded: Seeded;
beforeAll(async () => {
  world = await createWorld({ env: { CORS_ORIGINS: `${origin},https://other.example.com` } });
  seeded = await seedWorld(world);
});
afterAll(() => world.close());

interface Asking {
  readonly body: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function post({ body, token, headers }: Asking) {
  const response = await fetch(`${world.gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      ...{ origin, 'content-type': 'application/json' },
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const keptHow = async (asking: Asking) => (await post(asking)).headers.get('cache-control');
const [forEveryone, forViewer] = ['no-cache', 'private, no-store'] as const;

const catalogue = { query: '{ products(first: 1) { nodes { name } } }' };
const profile = { query: '{ viewer { username } }' };

describe('what a cache on the way may keep', () => {
  it('is what everybody is answered alike, if it asks again each time', async () => {
    expect(await keptHow({ body: catalogue })).toBe(forEveryone);
    expect(await keptHow({ body: catalogue, token: seeded.tokens.alice })).toBe(forEveryone);
    const got = await fetch(`${world.gateway.url}/graphql?${new URLSearchParams(catalogue).toString()}`, {
      headers: { 'apollo-require-preflight': '1', origin },
    });
    expect(got.headers.get('cache-control')).toBe(forEveryone);
    expect(got.headers.get('vary')?.split(', ').sort()).toEqual([
      ...['Origin', 'accept', 'authorization', 'x-consistency-token'],
    ]);
  });

  it.each<readonly [string, Asking, number]>([
    ['of one viewer', { body: profile }, 200],
    ['to a change', { body: { query: 'mutation { clearCart(input: {}) { cart { itemCount } } }' } }, 200],
    ['with an error at a field', { body: { query: '{ product(id: "x") { name } }' } }, 200],
    ['to what is no GraphQL', { body: { query: '{' } }, 400],
    ['to what is no JSON', { body: '{' }, 400],
    ['to what is no request', { body: {} }, 400],
    ['to a forged token', { body: catalogue, token: 'a.b.c' }, 401],
    ['in a form that there is not', { body: catalogue, headers: { accept: 'text/html' } }, 406],
    ['by events', { body: catalogue, headers: { accept: 'text/event-stream' } }, 200],
    [
      'to an unknown hash',
      { body: { extensions: { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } } } },
      200,
    ],
    ['to an array in which one is of one viewer', { body: [profile, catalogue] }, 200],
    ['to an array in which none is', { body: [catalogue, catalogue] }, 200],
  ])('is no answer %s', async (_, asking, status) => {
    const answer = await post(asking);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('cache-control')).toMatch(/^private, no-store(, no-transform)?$/);
  });

  it('is not that there is nothing at a path', async () => {
    const { headers } = await fetch(`${world.gateway.url}/graphql/nowhere`);
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

it('no answer to a generated operation that touches what not everybody may read may be kept', async () => {
  const random = seededRandom(7);
  const seen = new Set<string | null>();
  for (let count = 0; count < 60; count += 1) {
    const { text: query, document, variables } = generateOperation(schema, random, { depth: 4, breadth: 2 });
    const kept = await keptHow({ body: { query, variables }, token: seeded.tokens.alice });
    const isTouched = [...reachedFields(schema, document)].some((name) => {
      const [type = '', field = ''] = name.split('.');
      return permissions[type]?.[field] !== everybody;
    });
    if (isTouched) expect(kept, query).toBe(forViewer);
    seen.add(`${kept} ${isTouched}`);
  }
  // Both kinds have come.
  expect(seen).toContain(`${forViewer} true`);
  expect(seen).toContain(`${forEveryone} false`);
});

describe('a shared field', () => {
  /** How each root field is asked, for something that is there. */
  const rootsOf = ({
    products,
    users,
  }: Seeded): Readonly<Record<(typeof sharedFields.Query)[number], string>> => ({
    product: `product(id: "${products[0]}")`,
    products: 'products(first: 3)',
    searchProducts: 'searchProducts(query: "quiet", first: 3)',
    shortLink: 'shortLink(code: "alice-learn")',
    user: `user(id: "${users.bob}")`,
    userByUsername: 'userByUsername(username: "alice")',
  });

  /** All shared fields below, in full. */
  function everythingOf({ type }: GraphQLField<unknown, unknown>): string {
    const object = getNamedType(type);
    if (!isObjectType(object)) return '';
    const shared = Object.values(object.getFields()).filter(({ name }) => isShared(object.name, name));
    return `{ ${shared.map((field) => `${field.name} ${everythingOf(field)}`).join(' ')} }`;
  }

  const queryOf = (roots: Readonly<Record<string, string>>) => {
    const fields = schema.getQueryType()?.getFields() ?? {};
    return `{ ${Object.entries(roots)
      .map(([name, call]) => `${call} ${fields[name] === undefined ? '' : everythingOf(fields[name])}`)
      .join(' ')} }`;
  };

  const answersTo = async (query: string) => {
    const asked = [undefined, ...Object.values(seeded.tokens)];
    expect(asked.length).toBeGreaterThan(3);
    return Promise.all(asked.map(async (token) => (await world.gateway.query(query, { token })).data));
  };

  it('answers everybody alike, each of them', async () => {
    const query = queryOf(rootsOf(seeded));
    const listed = Object.entries(sharedFields).flatMap(([type, fields]) =>
      fields.map((field) => `${type}.${field}`),
    );
    expect([...reachedFields(schema, parse(query))].sort()).toEqual(listed.sort());
    const [first, ...others] = await answersTo(query);
    // Nothing is shown to be alike by not being there.
    expect(Object.values(first ?? {})).not.toContain(null);
    for (const other of others) expect(other).toEqual(first);
  });

  it.each(['viewer { username }', 'nodes(ids: ["{group}"]) { __typename }'])(
    'would not be %s, which tells viewers apart',
    async (field) => {
      const [first, ...others] = await answersTo(`{ ${field.replace('{group}', seeded.group)} }`);
      expect(others.some((other) => JSON.stringify(other) !== JSON.stringify(first))).toBe(true);
    },
  );
});
