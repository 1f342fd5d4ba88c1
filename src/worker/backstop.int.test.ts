import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { idOf, toGlobalId } from '../../schema/global-id.ts';
import { slotNameOf } from '../database/slot.ts';
import { patience, startBackstop as startOn, valueOf, type TestBackstop } from '../testing/backstop.ts';
import { onServer } from '../testing/database.ts';
import type { Gateway } from '../testing/gateway.ts';
import { createWorld, type Person, type World } from '../testing/world.ts';

let world: World;
let second: Gateway;
let me: Person;
beforeAll(async () => {
  world = await createWorld();
  second = await world.anotherGateway();
  me = await world.somebody();
});
afterAll(() => world.close());

const psql = (text: string, values: readonly unknown[] = []) =>
  onServer<Record<string, string>>(world.database.primaryUrl, text, values);

const startBackstop = () =>
  startOn({ app: world.app, primaryUrl: world.database.primaryUrl, redisUrl: inject('redisUrl') });

async function startFollowing(): Promise<TestBackstop> {
  const backstop = await startBackstop();
  await backstop.follows();
  return backstop;
}

/** What each of the two gateways shows, or why it does not. */
async function shown(query: string, id: string, token?: string): Promise<readonly string[]> {
  const answers = await Promise.all(
    [world.gateway, second].map((gateway) =>
      gateway.query<{ node: unknown }>(query, { variables: { id }, token }),
    ),
  );
  return answers.map(({ data, errors }) => JSON.stringify(errors[0]?.extensions.code ?? data?.node));
}
const becomes = (query: string, id: string, text: string, token?: string) =>
  vi.waitFor(async () => {
    await world.database.replicated();
    for (const one of await shown(query, id, token)) expect(one).toContain(text);
  }, patience);

const keyOf = ({ id }: Person): string => idOf('User', id);
const productQuery =
  'query ($id: ID!) { node(id: $id) { ... on Product { name description inventory { stock } } } }';
const userQuery = 'query ($id: ID!) { node(id: $id) { ... on User { displayName } } }';

async function cachedProduct(): Promise<{ readonly key: string; readonly id: string }> {
  const key = await world.product({ name: 'Kettle', stock: 25 });
  const id = toGlobalId('Product', key);
  for (let times = 0; times < 2; times += 1) {
    for (const one of await shown(productQuery, id)) expect(one).toContain('Kettle');
    await Promise.all([world.gateway.app.idle(), second.app.idle()]);
  }
  return { key, id };
}

describe('a change past every gateway', () => {
  it('stays unseen without a backstop: the tests below would notice', async () => {
    const { key, id } = await cachedProduct();
    await psql(`UPDATE products SET name = 'Teapot' WHERE id = $1`, [key]);
    await world.database.replicated();
    for (const one of await shown(productQuery, id)) expect(one).toContain('Kettle');
  });

  it('is seen by all gateways, in each table that is followed', async () => {
    await startFollowing();
    const { key, id } = await cachedProduct();
    await psql(`UPDATE products SET name = 'Teapot' WHERE id = $1`, [key]);
    await becomes(productQuery, id, 'Teapot');
    await psql(`UPDATE inventory SET stock = 7 WHERE product_id = $1`, [key]);
    await becomes(productQuery, id, '"stock":7');
    await psql(`UPDATE products SET description = 'Round' WHERE id = $1`, [key]);
    await becomes(productQuery, id, 'Round');
    await psql(`DELETE FROM products WHERE id = $1`, [key]);
    await becomes(productQuery, id, 'NOT_FOUND');

    await shown(userQuery, me.id);
    await psql(`UPDATE users SET display_name = 'Renamed' WHERE id = $1`, [keyOf(me)]);
    await becomes(userQuery, me.id, 'Renamed');
  });

  it('of a role holds for sessions that are open, and of a session at once', async () => {
    await startFollowing();
    const somebody = await world.somebody();
    const mayRestock = (gateway: Gateway) =>
      gateway.query(
        'mutation { restockProduct(input: { id: "MTpQcm9kdWN0OjE", quantity: 0 }) { userErrors { code } } }',
        { token: somebody.token },
      );
    const codes = () =>
      Promise.all(
        [world.gateway, second].map(
          async (one) => (await mayRestock(one)).errors[0]?.extensions.code ?? 'none',
        ),
      );
    expect(await codes()).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    await psql(`UPDATE users SET role = 'ADMIN' WHERE id = $1`, [keyOf(somebody)]);
    await vi.waitFor(async () => expect(await codes()).toEqual(['none', 'none']), patience);
    await psql(`UPDATE sessions SET revoked_at = now() WHERE user_id = $1`, [keyOf(somebody)]);
    await vi.waitFor(
      async () => expect(await codes()).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']),
      patience,
    );
  });

  it('of a user name is seen under the old name and the new one', async () => {
    await startFollowing();
    const somebody = await world.somebody();
    const find = async (name: string) => {
      const { data } = await world.gateway.query<{ userByUsername: { id: string } | null }>(
        'query ($name: String!) { userByUsername(username: $name) { id } }',
        { variables: { name } },
      );
      return data?.userByUsername?.id;
    };
    const renamed = `${somebody.username}x`.slice(0, 30);
    expect([await find(somebody.username), await find(renamed)]).toEqual([somebody.id, undefined]);
    await psql(`UPDATE users SET username = $1 WHERE id = $2`, [renamed, keyOf(somebody)]);
    await vi.waitFor(async () => {
      await world.database.replicated();
      expect([await find(somebody.username), await find(renamed)]).toEqual([undefined, somebody.id]);
    }, patience);
  });

  it('evicts nothing when it is rolled back', async () => {
    const backstop = await startFollowing();
    const { key } = await cachedProduct();
    const before = await valueOf(backstop.metrics.backstopKeys);
    await expect(
      psql(`DO $$ BEGIN UPDATE products SET name = 'Teapot' WHERE id = ${key}; RAISE EXCEPTION 'no'; END $$`),
    ).rejects.toThrow('no');
    const transactions = await valueOf(backstop.metrics.backstopTransactions);
    // Later heartbeats have passed, so whatever was before them has too.
    await vi.waitFor(
      async () =>
        expect(await valueOf(backstop.metrics.backstopTransactions)).toBeGreaterThan(transactions + 2),
      patience,
    );
    expect(await valueOf(backstop.metrics.backstopKeys)).toBe(before);
  });

  it('of a whole table gives up all entries', async () => {
    const backstop = await startFollowing();
    const before = backstop.raised.length;
    await psql('TRUNCATE inventory');
    await vi.waitFor(
      () => expect(backstop.raised.slice(before)).toEqual(['generation: TRUNCATE of inventory']),
      patience,
    );
  });
});

describe('what is in the log and cannot be read', () => {
  it('is counted and passed over', async () => {
    const backstop = await startFollowing();
    const texts = [
      'nonsense',
      '["product:1"]',
      '{"keys":1}',
      '{"keys":["nobody:1"]}',
      '{"mark":"short"}',
      '{"rows":{"a":-1}}',
    ];
    for (const text of texts) await psql(`SELECT pg_logical_emit_message(true, 'cache', $1)`, [text]);
    const { key, id } = await cachedProduct();
    await psql(`UPDATE products SET name = 'Teapot' WHERE id = $1`, [key]);
    await becomes(productQuery, id, 'Teapot');
    const { values } = await backstop.metrics.backstopErrors.get();
    expect(values.find(({ labels }) => labels.kind === 'unreadable')?.value).toBe(texts.length);
  });
});

describe('the slot', () => {
  it('is made once, with all entries given up, and only then found again', async () => {
    await psql('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1', [
      slotNameOf(world.app),
    ]);
    const first = await startFollowing();
    expect(first.raised).toEqual([`generation: the slot ${slotNameOf(world.app)} was missing`]);
    await first.close();
    const next = await startFollowing();
    expect(next.raised).toEqual([]);
  });

  it('that vanishes under the worker is made anew, and followed again', async () => {
    const backstop = await startFollowing();
    await vi.waitFor(async () => {
      await psql('SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = $1', [
        slotNameOf(world.app),
      ]);
      await psql('SELECT pg_drop_replication_slot($1)', [slotNameOf(world.app)]);
    }, patience);
    await vi.waitFor(() => expect(backstop.raised).toHaveLength(1), patience);
    await backstop.follows();
    const { key, id } = await cachedProduct();
    await psql(`UPDATE products SET name = 'Teapot' WHERE id = $1`, [key]);
    await becomes(productQuery, id, 'Teapot');
  });

  it('has one reader; when that goes, another takes over', async () => {
    const first = await startFollowing();
    const spare = await startBackstop();
    expect(await valueOf(spare.metrics.backstopActive)).toBe(0);
    await first.close();
    await spare.follows();
    expect(spare.raised).toEqual([]);
  });

  it('is confirmed behind, so that what was done of late is followed again, and changes nothing', async () => {
    const first = await startFollowing();
    const admin = await world.somebody('ADMIN');
    const { data } = await admin.query<{ createProduct: { product: { id: string } } }>(
      `mutation { createProduct(input: { name: "Pan", price: { amount: "1", currencyCode: EUR }, category: "x" }) {
        product { id } } }`,
    );
    const id = data?.createProduct.product.id ?? '';
    await becomes(productQuery, id, 'Pan');
    const fills = () => valueOf(world.gateway.app.metrics.cacheFills);
    const handed = await valueOf(first.metrics.backstopKeys);
    first.replay('a test');
    await vi.waitFor(
      async () => expect(await valueOf(first.metrics.backstopKeys)).toBeGreaterThan(handed + 2),
      patience,
    );
    await first.follows();
    const filled = await fills();
    for (const one of await shown(productQuery, id)) expect(one).toContain('Pan');
    await world.gateway.app.idle();
    expect(await fills()).toBe(filled);
  });
});
