import helmet from '@fastify/helmet';
import Fastify, { type FastifyInstance } from 'fastify';
import { buildSchema, graphql, parse, validate } from 'graphql';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';

import { createOpenSchema } from '../../graphql/schema.ts';
import { checkGraphiql, findChromium } from '../../testing/graphiql.ts';
import { exampleTabs } from './client/example-tabs.js';
import { registerGraphiql } from './graphiql.ts';

const executablePath = findChromium();

const schema = buildSchema(`
  type Query { viewer: User products(category: String, first: Int, after: Cursor): ProductConnection product(id: ID!): Product }
  type Mutation {
    signUp(input: SignUpInput!): SignUpPayload
    signIn(input: SignInInput!): SignInPayload
    updateProduct(input: UpdateProductInput!): UpdateProductPayload
  }
  scalar Cursor
  scalar DateTime
  type User { id: ID! username: String! displayName: String email: String sessions: SessionConnection }
  type SessionConnection { nodes: [Session!]! }
  type Session { id: ID! createdAt: DateTime! isCurrent: Boolean! scopes: [SessionScope!]! }
  type SessionScope { scope: String! expiresAt: DateTime! }
  type Product { id: ID! name: String! category: String rating: Float description: String price: Money inventory: Inventory }
  type Inventory { stock: Int! status: String! }
  type Money { amount: String! currencyCode: String! }
  input MoneyInput { amount: String! currencyCode: String! }
  type ProductConnection { nodes: [Product!]! pageInfo: PageInfo! }
  type PageInfo { hasNextPage: Boolean! endCursor: Cursor }
  type UserError { code: String! message: String! field: [String!] }
  input SignUpInput { username: String! password: String! email: String! }
  type SignUpPayload { user: User userErrors: [UserError!]! }
  input SignInInput { username: String! password: String! }
  type SignInPayload { token: String user: User userErrors: [UserError!]! }
  input UpdateProductInput { id: ID! name: String price: MoneyInput }
  type UpdateProductPayload { product: Product userErrors: [UserError!]! }
`);

const teapot = {
  id: 'product-1',
  name: 'Teapot',
  category: 'KITCHEN',
  rating: 4.5,
  price: { amount: '24.90', currencyCode: 'EUR' },
  inventory: { stock: 3, status: 'IN_STOCK' },
};

/** Stands in for the gateway: its tokens count up. */
function createStandIn(options: { readonly refusesSignIn?: boolean } = {}) {
  const tokens = new Map<string, string>();
  let issued = 0;
  const signIn = ({ input }: { input: { username: string; password: string } }) => {
    if (options.refusesSignIn === true || input.password !== 'password') {
      return { userErrors: [{ code: 'INVALID_CREDENTIALS', message: 'Wrong username or password.' }] };
    }
    issued += 1;
    const token = `${input.username}.${issued}`;
    tokens.set(token, input.username);
    return { token, user: { id: input.username, username: input.username }, userErrors: [] };
  };
  const rootFor = (username: string | undefined) => ({
    viewer: username === undefined ? null : { id: username, username, sessions: { nodes: [] } },
    products: { nodes: [teapot], pageInfo: { hasNextPage: false } },
    product: teapot,
    signIn,
    updateProduct: ({ input }: { input: { price: unknown } }) => {
      if (username !== 'admin') throw new Error('Only admins edit products.');
      return { product: { ...teapot, price: input.price }, userErrors: [] };
    },
  });
  return {
    /** As when the gateway restarts with another key. */
    forgetTokens: () => tokens.clear(),
    execute: (
      body: { query: string; variables?: Record<string, unknown>; operationName?: string },
      token: string,
    ) =>
      graphql({
        schema,
        source: body.query,
        variableValues: body.variables,
        operationName: body.operationName,
        rootValue: rootFor(tokens.get(token)),
      }),
  };
}

const open: FastifyInstance[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.close()));
});

async function serve(options: { readonly development?: boolean; readonly refusesSignIn?: boolean } = {}) {
  const app = Fastify();
  open.push(app);
  // The gateway has helmet for all routes.
  await app.register(helmet);
  const standIn = createStandIn(options);
  app.post<{ Body: { query: string } }>('/graphql', (request) =>
    standIn.execute(request.body, (request.headers.authorization ?? '').replace('Bearer ', '')),
  );
  registerGraphiql(app, { endpoint: '/graphql', development: options.development ?? true, version: '0.1.0' });
  return { app, standIn, listen: async () => `${await app.listen({ host: '127.0.0.1', port: 0 })}/graphiql` };
}

test.each(exampleTabs)('$name: the example fits the contract', ({ query }) => {
  expect(validate(createOpenSchema(), parse(query))).toEqual([]);
});

describe.skipIf(executablePath === undefined)(
  `in a browser${executablePath === undefined ? ' (skipped: no Chromium found, install the package chromium)' : ''}`,
  { timeout: 60_000 },
  () => {
    const browser = { executablePath: executablePath ?? '' };

    test('nothing comes from elsewhere, nothing breaks the policy; queries and mutations run', async () => {
      const { listen } = await serve();
      const folder = await mkdtemp(join(tmpdir(), 'graphiql-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      const screenshot = join(folder, 'page.png');
      const facts = await checkGraphiql({
        ...browser,
        url: await listen(),
        runs: [
          { tab: 'Me' },
          { tab: 'EditProduct' },
          { tab: 'SignUp', operation: 'SignIn' },
          { tab: 'Catalogue' },
        ],
        screenshot,
      });
      expect(facts).toMatchObject({
        title: 'Tributary · GraphiQL',
        externalRequests: [],
        violations: [],
        consoleErrors: [],
        bar: { login: 'alice', status: '' },
      });
      expect(facts.results).toMatchObject([
        { login: 'alice', response: { data: { viewer: { username: 'alice' } } } },
        {
          login: 'admin',
          response: { data: { updateProduct: { product: { price: { amount: '19.90' } } } } },
        },
        { login: 'anonymous', headers: '', response: { data: { signIn: { user: { username: 'alice' } } } } },
        { response: { data: { products: { nodes: [{ name: 'Teapot' }] } } } },
      ]);
      expect(facts.layoutShift).toBeLessThan(0.01);
      expect((await stat(screenshot)).size).toBeGreaterThan(10_000);
    });

    test('another login takes over the tab it is chosen in', async () => {
      const { listen } = await serve();
      const facts = await checkGraphiql({
        ...browser,
        url: await listen(),
        runs: [{ tab: 'Me' }],
        login: 'bob',
      });
      expect(facts.results).toMatchObject([
        {
          login: 'bob',
          headers: expect.stringContaining('Bearer bob.') as string,
          response: { data: { viewer: { username: 'bob' } } },
        },
      ]);
    });

    test('a later visit keeps the tabs and their logins, with new tokens, and stores none', async () => {
      const { standIn, listen } = await serve();
      const facts = await checkGraphiql({
        ...browser,
        url: await listen(),
        runs: [{ tab: 'EditProduct' }],
        betweenVisits: standIn.forgetTokens,
        secondVisit: [{ tab: 'EditProduct' }, { tab: 'Me' }],
        colorScheme: 'dark',
      });
      expect(facts.tabs).toEqual(exampleTabs.map(({ query }) => /^\w+ (\w+)/m.exec(query)?.[1]));
      expect(facts.tabs).toContain('EditProduct');
      expect(facts.results).toMatchObject([
        { login: 'admin' },
        { login: 'admin', response: { data: { updateProduct: { userErrors: [] } } } },
        { login: 'alice', response: { data: { viewer: { username: 'alice' } } } },
      ]);
      expect(facts.stored).toContain('login:admin');
      expect(facts.stored).not.toMatch(/(alice|admin)\.\d/);
    });

    test('where sign-in is refused the bar says so and GraphiQL still works', async () => {
      const { listen } = await serve({ refusesSignIn: true });
      const facts = await checkGraphiql({
        ...browser,
        url: await listen(),
        runs: [{ tab: 'Me' }],
      });
      expect(facts.bar.status).toBe('Sign-in as alice failed: Wrong username or password.');
      expect(facts.results).toMatchObject([{ response: { data: { viewer: null } } }]);
    });

    test('in production there is no login, and the page works without', async () => {
      const { listen } = await serve({ development: false });
      const facts = await checkGraphiql({
        ...browser,
        url: await listen(),
        runs: [{ tab: 'Me' }],
      });
      expect(facts).toMatchObject({ externalRequests: [], violations: [], consoleErrors: [] });
      expect(facts.results).toMatchObject([{ login: '', headers: '', response: { data: { viewer: null } } }]);
    });

    test('a page with an inline script is reported', async () => {
      const { app, listen } = await serve();
      app.addHook('onSend', (_request, _reply, payload, done) => {
        done(
          null,
          typeof payload === 'string' ? payload.replace('</body>', '<script>1</script></body>') : payload,
        );
      });
      const facts = await checkGraphiql({ ...browser, url: await listen() });
      expect(facts.violations.join()).toContain('script-src-elem blocked inline');
    });

    test('a page with a picture from elsewhere is reported, with the policy and without', async () => {
      const { app, listen } = await serve();
      let policy = true;
      app.addHook('onSend', (request, reply, payload, done) => {
        if (!policy && request.url === '/graphiql') reply.removeHeader('content-security-policy');
        const picture = '<img alt="" src="http://elsewhere.invalid/a.png"></body>';
        done(null, typeof payload === 'string' ? payload.replace('</body>', picture) : payload);
      });
      const url = await listen();
      expect((await checkGraphiql({ ...browser, url })).violations.join()).toContain(
        'img-src blocked http://elsewhere',
      );
      policy = false;
      expect((await checkGraphiql({ ...browser, url })).externalRequests).toEqual([
        'http://elsewhere.invalid/a.png',
      ]);
    });
  },
);
