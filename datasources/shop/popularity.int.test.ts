import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { systemClock } from '../../src/clock/clock.ts';
import { zeroLsn } from '../../src/clock/lsn.ts';
import { createDatabase, type Database } from '../../src/database/database.ts';
import { createLog } from '../../src/log/log.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { onServer } from '../../src/testing/database.ts';
import { createWorld, type World } from '../../src/testing/world.ts';
import { addViews, selectMostPopular } from './popularity.ts';
import { productPolicy, type Product } from './products.ts';

const dayMs = 24 * 3_600_000;
const now = systemClock.now();
let world: World;
let database: Database;
beforeAll(async () => {
  world = await createWorld();
  database = await createDatabase({
    primaryUrl: world.database.primaryUrl,
    replicaUrls: [],
    epochs: false,
    settings: {
      poolSize: 2,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 5_000,
      sampleMs: 50,
      maxLagMs: 5_000,
    },
    clock: systemClock,
    metrics: createMetrics(),
    log: createLog({ level: 'silent' }),
  });
});
afterAll(async () => {
  await database.close();
  await world.close();
});

const batch = (views: Readonly<Record<string, number>>, at = now, id: string = randomUUID()) => ({
  id,
  since: at,
  sums: new Map(Object.entries(views)),
  latest: new Map<string, number>(),
});
const add = async (...args: Parameters<typeof batch>) =>
  (await database.write((tx) => addViews(tx, batch(...args)))).value;

/** Views, each worth half as much a day later. */
async function viewsOf(productId: string, at = now): Promise<number> {
  const [row] = await onServer<{ heat: number }>(
    world.database.primaryUrl,
    'SELECT heat FROM product_popularity WHERE product_id = $1',
    [productId],
  );
  return row === undefined ? 0 : 2 ** (row.heat - at / dayMs);
}

describe('views', () => {
  it('add up, and are worth half as much after a day', async () => {
    const id = await world.product();
    await add({ [id]: 8 }, now - 2 * dayMs);
    expect(await viewsOf(id)).toBeCloseTo(2, 5);
    await add({ [id]: 3 });
    expect(await viewsOf(id)).toBeCloseTo(5, 5);
    // A batch that comes late counts as of its own time.
    await add({ [id]: 4 }, now - dayMs);
    expect(await viewsOf(id)).toBeCloseTo(7, 5);
  });

  it('count once, however often their batch is repeated', async () => {
    const [id, batchId] = [await world.product(), randomUUID()];
    expect(await add({ [id]: 2 }, now, batchId)).toBe(true);
    expect(await add({ [id]: 2 }, now, batchId)).toBe(false);
    expect(await viewsOf(id)).toBeCloseTo(2, 5);
  });

  it('of products that have gone stop no others, nor do views of years ago', async () => {
    const id = await world.product();
    await add({ [id]: 1 }, now - 5_000 * dayMs);
    expect(await add({ '999999999': 5, [id]: 1 })).toBe(true);
    expect(await viewsOf(id)).toBeCloseTo(1, 5);
  });

  it('rank products whatever the hour', async () => {
    const [first, second, third] = [await world.product(), await world.product(), await world.product()];
    await add({ [first]: 900 }, now - 30 * dayMs);
    await add({ [second]: 1_000, [third]: 2_000 });
    const { value } = await database.read({ atLeast: zeroLsn }, (db) => selectMostPopular(db, 2));
    expect(value).toEqual([third, second]);
  });

  it('come from a product’s own page, and from no list', async () => {
    const id = await world.product({ category: 'viewed' });
    const look = (document: string) =>
      world.gateway.query(document, { variables: { id: toGlobalId('Product', id) } });
    await look('query ($id: ID!) { product(id: $id) { name } }');
    await look('query ($id: ID!) { product(id: $id) { name } }');
    await look('query ($id: ID!) { node(id: $id) { id } }');
    await world.gateway.query('{ products(category: "viewed") { nodes { name } } }');
    await world.gateway.app.idle();
    // The last to close brings everything to Postgres.
    const worker = await world.anotherGateway();
    await worker.close();
    expect(await viewsOf(id, systemClock.now())).toBeCloseTo(2, 1);
  });
});

describe('a product', () => {
  const freshFor = (standing: Product['standing']) =>
    typeof productPolicy.freshForMs === 'function'
      ? productPolicy.freshForMs({ standing } as Product) / 60_000
      : 0;

  it('is kept an hour when popular, half an hour otherwise, five minutes while new', () => {
    expect([freshFor('popular'), freshFor('regular'), freshFor('new')]).toEqual([60, 30, 5]);
  });
});
