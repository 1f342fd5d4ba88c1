import { getNamedType, isLeafType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedFields, steadyFields } from '../../../resolvers/kept-fields.ts';
import { toGlobalId } from '../../../schema/global-id.ts';
import { onServer } from '../../testing/database.ts';
import type { Gateway } from '../../testing/gateway.ts';
import { createOpenSchema } from '../../graphql/schema.ts';
import { againIn, bodyOf, post } from '../../testing/kept/asking.ts';
import { totalOf } from '../../testing/prove/measures.ts';
import { createTalk } from '../../testing/chats/talk.ts';
import { openNotifications } from '../../testing/notifications.ts';
import { storeLink } from '../../testing/stored-links.ts';
import { createWorld, type Person, type World } from '../../testing/world.ts';

const schema = createOpenSchema();
let world: World;
let gateway: Gateway;
let ids: {
  readonly product: string;
  readonly user: string;
  readonly username: string;
  readonly code: string;
  readonly chat: string;
};
/** Whose answers are asked for, in a session that has not written: for a while after a write it is given none that are kept. */
let reader: Person;
beforeAll(async () => {
  world = await createWorld();
  gateway = world.gateway;
  const { id: user, username } = await world.somebody();
  const { code } = await storeLink(world.database);
  const product = toGlobalId('Product', await world.product({ name: 'Kettle' }));
  const sender = await openNotifications(world);
  const me = await sender.receiver();
  const { data } = await world.signIn(me.username, me.password);
  reader = { ...me, token: data?.signIn.token ?? '' };
  const [talk, other] = [createTalk(world), await world.somebody()];
  const chat = await talk.group(other, 'Garden', [reader]);
  await talk.send(other, chat, 'Who waters?');
  await sender.send({ userId: reader.id, templateId: await sender.template(), key: 'once' });
  await gateway.app.idle();
  ids = { product, user, username, code, chat };
});
afterAll(() => world.close());

/** From the root to an object of each type, of which `…` is asked. */
const ways: Readonly<Record<string, string>> = {
  Query: '…',
  Product: 'product(id: $product) { … }',
  Inventory: 'product(id: $product) { inventory { … } }',
  Money: 'product(id: $product) { price { … } }',
  ProductConnection: 'products(first: 1) { … }',
  ProductEdge: 'searchProducts(query: "kettle", first: 1) { edges { … } }',
  ProductSearchConnection: 'searchProducts(query: "kettle", first: 1) { … }',
  PageInfo: 'searchProducts(query: "kettle", first: 1) { pageInfo { … } }',
  ShortLink: 'shortLink(code: $code) { … }',
  User: 'user(id: $user) { … }',
};
const ownWays: Readonly<Record<string, string>> = {
  Query: '…',
  User: 'viewer { … }',
  NotificationPreferences: 'viewer { preferences { … } }',
  QuietHours: 'viewer { preferences { quietHours { … } } }',
  Notification: 'viewer { notifications { nodes { … } } }',
  NotificationConnection: 'viewer { notifications { … } }',
  NotificationEdge: 'viewer { notifications { edges { … } } }',
  Chat: 'chat(id: $chat) { … }',
  ChatMember: 'chat(id: $chat) { members { nodes { … } } }',
  ChatMemberConnection: 'chat(id: $chat) { members { … } }',
  ChatMemberEdge: 'chat(id: $chat) { members { edges { … } } }',
  Message: 'chat(id: $chat) { messages { nodes { … } } }',
  MessageConnection: 'chat(id: $chat) { messages { … } }',
  MessageEdge: 'chat(id: $chat) { messages { edges { … } } }',
};
const rootFields: Readonly<Record<string, string>> = {
  product: 'product(id: $product)',
  products: 'products(first: 1)',
  searchProducts: 'searchProducts(query: "kettle", first: 1)',
  shortLink: 'shortLink(code: $code)',
  user: 'user(id: $user)',
  chat: 'chat(id: $chat)',
  userByUsername: 'userByUsername(username: $username)',
};

function operationFor(from: Readonly<Record<string, string>>, type: string, field: string): string {
  const parent = schema.getType(type);
  const found = isObjectType(parent) ? parent.getFields()[field] : undefined;
  if (found === undefined) throw new Error(`there is no ${type}.${field}`);
  const asked = type === 'Query' ? (rootFields[field] ?? field) : field;
  const rest = isLeafType(getNamedType(found.type)) ? '' : ' { __typename }';
  const selection = (from[type] ?? '').replace('…', `${asked}${rest}`);
  const variables = { product: 'ID!', user: 'ID!', username: 'String!', code: 'String!', chat: 'ID!' };
  const used = Object.entries(variables).filter(([name]) => new RegExp(`\\$${name}\\b`).test(selection));
  const head = used.map(([name, of]) => `$${name}: ${of}`).join(', ');
  return `query${head === '' ? '' : ` (${head})`} { ${selection} }`;
}

const fieldsOf = (listed: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(listed).flatMap(([type, names]) =>
    names.map((field) => [`${type}.${field}`, type, field] as const),
  );

/** Asks until it is given again, and expects it to be the same each time. */
async function expectKept(body: string, token?: string): Promise<void> {
  const told: string[] = [];
  let again = 0;
  for (let time = 0; time < 10 && again === 0; time += 1) {
    await gateway.app.idle();
    again = await againIn(gateway, async () => told.push((await post(gateway, body, { token })).text));
  }
  expect(told[0]).not.toContain('errors');
  expect(again).toBe(1);
  expect(new Set(told.map(withoutCost)).size).toBe(1);
}

/** Points go down from one to the next. */
const withoutCost = (text: string) => text.replace(/,"extensions":.*/, '');

describe('of all that one session is answered alike', () => {
  it.each(fieldsOf(steadyFields))('%s is kept', async (_, type, field) => {
    await expectKept(bodyOf(operationFor(ownWays, type, field), ids), reader.token);
  });
});

describe('of all that everybody is answered alike', () => {
  it.each(fieldsOf(sharedFields))('%s is kept', async (_, type, field) => {
    await expectKept(bodyOf(operationFor(ways, type, field), ids));
  });

  it('a page behind what is kept of a list is not, and it is known why', async () => {
    await onServer(
      world.database.primaryUrl,
      `INSERT INTO products (name, price_minor, currency_code, category)
       SELECT 'Spoon ' || n, 100, 'EUR', 'spoons' FROM generate_series(1, 110) AS n`,
    );
    await world.database.replicated();
    const page = 'products(category: "spoons", first: 100';
    const first = await gateway.query<{ products: { pageInfo: { endCursor: string } } }>(
      `{ ${page}) { pageInfo { endCursor } } }`,
    );
    const after = first.data?.products.pageInfo.endCursor ?? '';
    const body = bodyOf(`{ ${page}, after: "${after}") { nodes { name } } }`);
    const count = () => totalOf(gateway.app.metrics.answersNotKept, { reason: 'statement' });
    for (let time = 0; time < 3; time += 1) {
      const before = await count();
      await gateway.app.idle();
      expect(await againIn(gateway, () => post(gateway, body))).toBe(0);
      expect(await count()).toBe(before + 1);
    }
  });
});
