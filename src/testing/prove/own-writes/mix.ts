import { toGlobalId } from '../../../../schema/global-id.ts';
import { seededRandom, type Random } from '../../../clock/random.ts';
import { onServer } from '../../database.ts';
import { randomAppName, type Gateway } from '../../gateway.ts';
import { totalOf } from '../measures.ts';
import { inSteps, type ProofContext } from '../proof.ts';
import type { Stage } from '../stage.ts';
import { ask, type Asking } from './asking.ts';
import { countReads, type ReadsByServer } from './reads.ts';
import type { Writer } from './writer.ts';

/** What a mix of requests came to. */
export interface MixFound {
  readonly requests: number;
  readonly writes: number;
  /** By the servers' own count. */
  readonly reads: ReadsByServer;
  /** By the gateways' count, without what a write itself asks: BEGIN, its one statement, COMMIT; nor batches of last activities and of views. */
  readonly counted: { readonly primary: number; readonly replica: number };
  /** Keys that were answered from a cache. */
  readonly hits: number;
}

export interface Mix {
  readonly what: string;
  readonly writers: readonly Writer[];
  readonly userIds: readonly string[];
  readonly requests: number;
  readonly writePercent: number;
  /** Whether stock is asked for, which the primary alone may tell. */
  readonly withStock?: boolean;
  readonly withoutReplica?: boolean;
}

const statementsOfWrite = 3;
const statementsOfBatch = 5;
const perCategory = 20;
const listed = 10;

/** Spreads the products over categories, for lists that are different each time, and adds as many people. */
export async function populate({ servers, productIds }: Stage): Promise<readonly string[]> {
  const { length } = productIds;
  await onServer(servers.primaryUrl, `UPDATE products SET category = 'c' || id % ${categoriesOf(length)}`);
  const people = await onServer<{ id: string }>(
    servers.primaryUrl,
    `INSERT INTO users (username, password_hash, display_name)
     SELECT 'many_' || n, '-', 'Somebody' FROM generate_series(1, $1) AS n RETURNING id::text`,
    [length],
  );
  return people.map(({ id }) => toGlobalId('User', id));
}

const categoriesOf = (products: number) => Math.max(1, Math.floor(products / perCategory));

/**
 * Clients of a shop, each of which reads what few others read, so that most of it is in no cache, and sends back the token
 * of its latest write. Two gateways of their own, whose cache is empty.
 */
export async function runMix(
  context: Pick<ProofContext, 'step' | 'signal' | 'seed'>,
  stage: Stage,
  mix: Mix,
): Promise<MixFound> {
  const { writers, requests, writePercent } = mix;
  const servers = mix.withoutReplica === true ? { ...stage.servers, replicaUrls: [] } : stage.servers;
  const app = randomAppName();
  const gateways: Gateway[] = [];
  const random = seededRandom(context.seed);
  const tokens = new Map<Writer, string | undefined>();
  const found = { requests: 0, writes: 0 };

  async function request(writer: Writer): Promise<void> {
    const { url } = gateways[Math.floor(random() * gateways.length)] ?? { url: '' };
    const isWrite = random() * 100 < writePercent;
    const asking = isWrite ? writeOf(stage, writer, random) : readOf(stage, mix, random);
    const { written } = await ask(url, { ...asking, written: tokens.get(writer) });
    if (written !== undefined) tokens.set(writer, written);
    found.requests += 1;
    if (isWrite) found.writes += 1;
  }

  const reads = await countReads(stage, async () => {
    for (let count = 0; count < 2; count += 1) gateways.push(await stage.gateway({ app, servers }));
    await inSteps(
      context,
      `${mix.what}: rounds of ${writers.length}`,
      Math.ceil(requests / writers.length),
      async () => {
        await Promise.all(writers.map(request));
      },
    );
    // With what their sessions were extended by.
    for (const gateway of gateways) await gateway.close();
  });
  const statements = (node: string) =>
    sum(gateways.map(({ app: { metrics } }) => totalOf(metrics.postgresQueries, { node })));
  return {
    ...found,
    reads,
    counted: {
      primary:
        (await statements('primary')) -
        reads.writes * statementsOfWrite -
        reads.epochs -
        reads.batches * statementsOfBatch,
      replica: await statements('replica-1'),
    },
    hits: await sum(gateways.map(({ app: { metrics } }) => totalOf(metrics.cacheReads, { outcome: 'hit' }))),
  };
}

/** Of ten reads four are pages of products, three lists, one a price, one a stock or another price, and one a person. */
function readOf({ productIds }: Stage, { userIds, withStock }: Mix, random: Random): Asking {
  const pick = <T>(all: readonly T[]) => all[Math.floor(random() * all.length)];
  const product = (fields: string): Asking => ({
    document: `query ($id: ID!) { product(id: $id) { ${fields} } }`,
    variables: { id: pick(productIds) },
  });
  const kind = random() * 10;
  if (kind < 4) return product('name price { amount } description images');
  if (kind < 7)
    return {
      document: `query ($category: String!) {
        products(category: $category, first: ${listed}) { nodes { name price { amount } } } }`,
      variables: { category: `c${Math.floor(random() * categoriesOf(productIds.length))}` },
    };
  if (kind < 8) return product('price { amount }');
  if (kind < 9) return product(withStock ? 'inventory { stock status }' : 'price { amount }');
  return {
    document: 'query ($id: ID!) { user(id: $id) { displayName } }',
    variables: { id: pick(userIds) },
  };
}

function writeOf({ productIds }: Stage, { session }: Writer, random: Random): Asking {
  const id = productIds[Math.floor(random() * productIds.length)];
  const amount = `${Math.floor(random() * 900) + 1}.00`;
  return {
    document: 'mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { product { id } } }',
    variables: { input: { id, price: { amount, currencyCode: 'EUR' } } },
    session,
  };
}

async function sum(counts: readonly Promise<number>[]): Promise<number> {
  return (await Promise.all(counts)).reduce((total, count) => total + count, 0);
}
