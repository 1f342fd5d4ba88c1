import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toGlobalId } from '../../../schema/global-id.ts';
import { seed } from '../../dev/seed/seed.ts';
import { seededPassword } from '../../dev/seed/users.ts';
import { createSchema } from '../../graphql/schema.ts';
import { checkGraphiql, findChromium } from '../../testing/graphiql.ts';
import { liveSchema } from '../../testing/live/live-schema.ts';
import { createWorld, type World } from '../../testing/world.ts';
import { exampleTabs } from './client/example-tabs.js';

const schema = createSchema();

it.each(exampleTabs)('$name: the example fits the gateway’s schema', ({ query }) => {
  expect(validate(schema, parse(query))).toEqual([]);
});

const executablePath = findChromium();
const reason =
  executablePath === undefined ? ' (skipped: no Chromium found, install the package chromium)' : '';

describe.skipIf(executablePath === undefined)(`on the seeded gateway${reason}`, { timeout: 120_000 }, () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ env: { NODE_ENV: 'development' } });
    await seed(world.database.primaryUrl);
  });
  afterAll(() => world.close());

  it('every example answers with data by a click, from this origin alone and within the policy', async () => {
    const facts = await checkGraphiql({
      url: `${world.gateway.url}/graphiql`,
      executablePath: executablePath ?? '',
      runs: [
        { tab: 'Catalogue' },
        { tab: 'Product' },
        { tab: 'Me' },
        { tab: 'EditProduct' },
        { tab: 'Product' },
        { tab: 'SignUp', operation: 'SignUp' },
        { tab: 'Notifications', operation: 'Notifications' },
        { tab: 'SendNotification' },
        { tab: 'Chats', operation: 'Chats' },
        { tab: 'Chats', operation: 'Send' },
        { tab: 'Search', operation: 'Search' },
        { tab: 'Search', operation: 'AddToCart' },
        { tab: 'AddToCart', operation: 'Cart' },
        { tab: 'Cart', operation: 'CheckOut' },
        { tab: 'StepUp', operation: 'StepUp' },
        { tab: 'StepUp', operation: 'Accounts' },
        { tab: 'Accounts', operation: 'Transfer' },
        { tab: 'Links', operation: 'Links' },
        { tab: 'Links', operation: 'Behind' },
        { tab: 'Behind', operation: 'Shorten' },
      ],
    });
    expect(facts).toMatchObject({ externalRequests: [], violations: [], consoleErrors: [] });
    expect(facts.results.map(({ response }) => response)).toMatchObject([
      { data: { products: { nodes: { length: 10 } } } },
      { data: { product: { price: { amount: '3.00' } } } },
      { data: { viewer: { username: 'alice', email: 'alice@example.com' } } },
      { data: { updateProduct: { product: { price: { amount: '19.90' } }, userErrors: [] } } },
      { data: { product: { price: { amount: '19.90' } } } },
      { data: { signUp: { user: { username: 'dora' }, userErrors: [] } } },
      { data: { viewer: { notifications: { nodes: { length: 20 } } } } },
      { data: { sendNotification: { notification: { status: 'QUEUED' }, userErrors: [] } } },
      { data: { viewer: { chats: { nodes: { length: 3 } } } } },
      { data: { sendMessage: { message: { text: 'Hello' }, userErrors: [] } } },
      { data: { searchProducts: { totalCount: 1, nodes: [{ name: 'Copper Kettle' }] } } },
      { data: { addToCart: { cart: {}, userErrors: [] } } },
      { data: { viewer: { cart: {}, orders: { nodes: { length: 3 } } } } },
      { data: { checkOut: { order: { status: 'PLACED' }, userErrors: [] } } },
      { data: { stepUp: { session: {}, userErrors: [] } } },
      { data: { viewer: { accounts: { nodes: { length: 2 } } } } },
      { data: { transfer: { transaction: { amount: { amount: '-12.50' } }, userErrors: [] } } },
      { data: { viewer: { shortLinks: { nodes: { length: 3 } } } } },
      { data: { shortLink: { url: 'https://graphql.org/learn/' } } },
      { data: { createShortLink: { shortLink: { code: 'queries' }, userErrors: [] } } },
    ]);
    expect(facts.results.every(({ response }) => !Object.hasOwn(response as object, 'errors'))).toBe(true);
  });

  it('a message that somebody sends comes into the tab of who listens', async () => {
    const bob = await world.signIn('bob', seededPassword);
    let sent = 0;
    const send = () =>
      world.gateway.query(
        'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }',
        {
          token: bob.data?.signIn.token ?? undefined,
          variables: {
            input: {
              chatId: toGlobalId('Chat', '1'),
              text: 'From Bob',
              clientMessageId: `bob ${(sent += 1)}`,
            },
          },
        },
      );
    const sending = setInterval(() => void send().catch(() => undefined), 200);
    const facts = await checkGraphiql({
      url: `${world.gateway.url}/graphiql`,
      executablePath: executablePath ?? '',
      runs: [{ tab: 'Chats', operation: 'Live' }],
    }).finally(() => clearInterval(sending));
    expect(facts).toMatchObject({ externalRequests: [], violations: [], consoleErrors: [] });
    expect(facts.results[0]?.response).toMatchObject({
      data: { messageAdded: { text: 'From Bob', author: { displayName: 'Bob Tanner' } } },
    });
  });

  it('a subscription runs over a WebSocket, as the one whom the headers name', async () => {
    const live = await world.anotherGateway({
      env: { NODE_ENV: 'development' },
      overrides: { schema: liveSchema() },
    });
    const say = 'mutation { say(channel: "tab", text: "live") }';
    const speaking = setInterval(() => void live.query(say).catch(() => undefined), 100);
    const facts = await checkGraphiql({
      url: `${live.url}/graphiql`,
      executablePath: executablePath ?? '',
      kept: {
        title: 'Heard',
        query: 'subscription Heard { heard(channel: "tab") { text me } }',
        headers: { Authorization: 'Bearer login:alice' },
      },
      runs: [{ tab: 'Heard' }],
    }).finally(() => clearInterval(speaking));
    expect(facts).toMatchObject({ externalRequests: [], violations: [], consoleErrors: [] });
    const { data } = await world.gateway.query<{ userByUsername: { id: string } }>(
      '{ userByUsername(username: "alice") { id } }',
    );
    const me = atob(data?.userByUsername.id ?? '')
      .split(':')
      .at(-1);
    expect(facts.results[0]?.response).toMatchObject({ data: { heard: { text: 'live', me } } });
  });

  it('is where the front door leads in development', async () => {
    const response = await fetch(world.gateway.url, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/graphiql']);
  });
});
