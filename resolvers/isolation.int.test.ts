import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { toGlobalId } from '../schema/global-id.ts';
import { createTalk } from '../src/testing/chats/talk.ts';
import { withFailingTables } from '../src/testing/failing-tables.ts';
import type { Gateway } from '../src/testing/gateway.ts';
import { openNotifications } from '../src/testing/notifications.ts';
import { createTwoShards, type TwoShards } from '../src/testing/two-shards.ts';
import { createWorld, type Person, type World } from '../src/testing/world.ts';

const { overrides, fail } = withFailingTables();
/** Long enough for the rest of an answer on a busy machine. */
const deadlineMs = 3_000;

let world: World;
let gateway: Gateway;
let me: Person;
let productId: string;
beforeAll(async () => {
  world = await createWorld();
  gateway = await world.anotherGateway({ overrides, env: { REQUEST_DEADLINE_MS: String(deadlineMs) } });
  const notifications = await openNotifications(world);
  me = await notifications.receiver();
  const templateId = await notifications.template();
  await notifications.send({ userId: me.id, templateId, key: 'one' });
  const talk = createTalk(world);
  await talk.send(me, await talk.group(me, 'Isolated', [await world.somebody()]), 'hello');
  productId = toGlobalId('Product', await world.product());
});
afterAll(() => world.close());
afterEach(() => fail(undefined));

const ask = () =>
  gateway.query(
    `query ($id: ID!) {
      viewer {
        username
        notifications(first: 1) { nodes { body } }
        chats(first: 1) { nodes { title messages(first: 1) { nodes { text } } } }
      }
      product(id: $id) { name inventory { stock } }
    }`,
    { variables: { id: productId }, token: me.token },
  );

const notifications = { nodes: [{ body: 'Hello there' }] };
const chats = { nodes: [{ title: 'Isolated', messages: { nodes: [{ text: 'hello' }] } }] };
const product = { name: 'Kettle', inventory: { stock: 25 } };
const whole = () => ({ viewer: { username: me.username, notifications, chats }, product });

const failures = ({ errors }: Awaited<ReturnType<typeof ask>>) =>
  errors.map(({ path, extensions }) => [path?.join('.'), extensions.code]);

describe('one request over several domains', () => {
  it('is answered whole while all of them live: the control', async () => {
    const answer = await ask();
    expect([answer.data, failures(answer)]).toEqual([whole(), []]);
  });

  it.each([
    ['notifications', /\bnotifications\b/, 'viewer.notifications', { notifications: null }, {}],
    ['chats', /\bchat_members\b/, 'viewer.chats', { chats: null }, {}],
    ['the shop', /\bproducts\b/, 'product', {}, { product: null }],
  ])('lacks the fields of %s alone where its tables are dead', async (_, tables, path, ofViewer, ofRoot) => {
    fail({ kind: 'dead', tables });
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({ viewer: { ...whole().viewer, ...ofViewer }, product, ...ofRoot });
    expect(failures(answer)).toEqual([[path, 'UPSTREAM_UNAVAILABLE']]);
  });

  it('lacks a part of one field alone where only that part is dead', async () => {
    fail({ kind: 'dead', tables: /\binventory\b/ });
    const answer = await ask();
    expect(answer.data).toEqual({ ...whole(), product: { name: 'Kettle', inventory: null } });
    expect(failures(answer)).toEqual([['product.inventory', 'UPSTREAM_UNAVAILABLE']]);
  });

  it('waits for a slow domain no longer than its deadline, and is answered with the rest', async () => {
    fail({ kind: 'slow', tables: /\bproducts\b/ });
    const begun = performance.now();
    const answer = await ask();
    expect(answer.data).toEqual({ ...whole(), product: null });
    expect(failures(answer)).toEqual([['product', 'TIMEOUT']]);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(deadlineMs - 1);
  });
});

describe('one request over several domains, of which links lie on two servers', () => {
  let shards: TwoShards;
  beforeAll(async () => {
    shards = await createTwoShards();
    return () => shards.close();
  });

  const ofEach = `{
    viewer {
      username
      chats(first: 1) { nodes { title } }
      cart { itemCount }
      shortLinks { nodes { url } }
    }
  }`;

  it('lacks the links alone where one of the two is dead, and has them all before', async () => {
    const spread = await world.anotherGateway({ env: { DATABASE_SHARDS: shards.urls } });
    const rest = { username: me.username, chats: { nodes: [{ title: 'Isolated' }] }, cart: { itemCount: 0 } };
    const before = await spread.query(ofEach, { token: me.token });
    expect(before.data).toEqual({ viewer: { ...rest, shortLinks: { nodes: [] } } });
    await shards.proxies[1].setMode({ kind: 'reset' });
    const answer = await spread.query(ofEach, { token: me.token });
    expect(answer.data).toEqual({ viewer: { ...rest, shortLinks: null } });
    expect(failures(answer)).toEqual([['viewer.shortLinks', 'UPSTREAM_UNAVAILABLE']]);
  });
});
