import pg from 'pg';
import { idOf } from '../../../schema/global-id.ts';
import type { Random } from '../../clock/random.ts';
import { waitUntil } from '../../dev/processes/wait-until.ts';
import type { Gateway } from '../gateway.ts';
import { totalOf } from './measures.ts';
import type { Resources } from './resources.ts';
import { comesBack, isReached, priceQuery, readOn, readProduct, type Seen } from './price-readers.ts';
import { signIn } from './stage.ts';

/** Rounds in which something old was read, by where; what is looked at again later is counted by product. */
export interface Sightings {
  rounds: number;
  oldPrice: number;
  oldText: number;
  inAnswer: number;
  forWriter: number;
  forNeighbour: number;
  /** The long text has no copies in the processes, so an old one on the second gateway came from Redis. */
  fromRedis: number;
  /** An old price on the second gateway in a read that began after a new one had arrived there. */
  afterwards: number;
  later: number;
  replicaBehind: number;
  /** From the writer's answer to the last old price on the second gateway; 0 where there was none. Milliseconds. */
  readonly copyLagsMs: number[];
  /** Statements of both gateways by node. */
  readonly statements: Nodes;
  /** Those of them around a change, without its own. */
  readonly refills: Nodes;
  /** Values that Redis did not take because they were too old or their lease was gone. */
  fillsRefused: number;
  l1Hits: number;
}

interface Nodes {
  primary: number;
  replica: number;
}

interface Needs {
  readonly gateways: readonly [Gateway, Gateway];
  readonly productIds: readonly string[];
  readonly random: Random;
  /** Called before each change. */
  readonly beforeChange: () => Promise<void>;
  readonly replicaUrl: string;
  readonly resources: Resources;
}

interface Revision {
  readonly amount: string;
  readonly text: string;
}

interface Later {
  readonly isOldPrice: boolean;
  readonly isOldText: boolean;
}

/** What one round saw; all reads began after the writer had its answer. */
interface Round {
  readonly next: Revision;
  readonly answeredAt: number;
  readonly inAnswer: string | undefined;
  readonly byWriter: Seen;
  readonly byNeighbours: readonly Seen[];
  readonly onSecond: readonly Seen[];
  /** Products of earlier rounds. */
  readonly later: readonly Later[];
}

const updateMutation = `mutation ($input: UpdateProductInput!) {
  updateProduct(input: $input) { product { price { amount } } userErrors { code } } }`;

/** So often everything is in every tier before the change; otherwise whatever earlier rounds left there. */
const warmPart = 0.75;
/** BEGIN, UPDATE and COMMIT: what a change itself asks of the primary. */
const statementsOfChange = 3;
const secondFollowsWithinMs = 500;
/** Products changed so many rounds ago are looked at again. */
const lookBack = [7, 60];

export async function createPriceRounds({
  gateways,
  productIds,
  random,
  beforeChange,
  replicaUrl,
  resources,
}: Needs) {
  const [first, second] = gateways;
  const writerToken = await signIn(first.url, 'admin');
  const replica = await connect(replicaUrl, resources);
  const expected = new Map<string, Revision>();
  const history: string[] = [];
  const sightings: Sightings = {
    rounds: 0,
    oldPrice: 0,
    oldText: 0,
    inAnswer: 0,
    forWriter: 0,
    forNeighbour: 0,
    fromRedis: 0,
    afterwards: 0,
    later: 0,
    replicaBehind: 0,
    copyLagsMs: [],
    statements: { primary: 0, replica: 0 },
    refills: { primary: 0, replica: 0 },
    fillsRefused: 0,
    l1Hits: 0,
  };

  async function round(index: number): Promise<void> {
    const id = productIds[index % productIds.length] ?? '';
    const old = expected.get(id) ?? { amount: '10.00', text: 'revision 0' };
    const next = { amount: anotherAmount(old.amount), text: `revision ${index + 1}` };
    const before = await countStatements();
    if (random() < warmPart) await warmUp(id);
    await beforeChange();
    const beforeThis = await countStatements();

    // Reads are under way all the time, so that some take their snapshot before the commit and fill after it.
    const ofFirst = readOn(first, id);
    const ofSecond = [readOn(second, id), readOn(second, id, priceQuery)];
    const inAnswer = await change(id, next);
    const answeredAt = performance.now();
    const [byWriter, byNeighbour] = await Promise.all([
      readProduct(first, id, { token: writerToken }),
      readProduct(first, id),
    ]);
    const isReplicaBehind = (await textOnReplica(id)) !== next.text;
    await waitUntil(() => ofSecond.some(({ seen }) => isReached(seen, answeredAt, next.amount)), {
      everyMs: 1,
      timeoutMs: secondFollowsWithinMs,
    });
    const [onFirst = [], ...onSecond] = await Promise.all(
      [ofFirst, ...ofSecond].map((reader) => reader.end()),
    );

    expected.set(id, next);
    history.push(id);
    const later = await Promise.all(lookBack.map((ago) => lookAt(history.at(-1 - ago))));
    const afterAnswer = (seen: readonly Seen[]) => seen.filter(({ startedAt }) => startedAt > answeredAt);
    judge({
      next,
      answeredAt,
      inAnswer,
      byWriter,
      byNeighbours: [byNeighbour, ...afterAnswer(onFirst)],
      onSecond: afterAnswer(onSecond.flat()),
      later: later.flat(),
    });
    sightings.rounds += 1;
    if (isReplicaBehind) sightings.replicaBehind += 1;
    const now = await countStatements();
    addTo(sightings.statements, now, before);
    addTo(sightings.refills, now, beforeThis);
    sightings.refills.primary -= statementsOfChange;
    await countCache();
  }

  function judge({ next, answeredAt, inAnswer, byWriter, byNeighbours, onSecond, later }: Round): void {
    const hasOldPrice = ({ amount }: Seen) => amount !== next.amount;
    const hasOldText = ({ text }: Seen) => text !== undefined && text !== next.text;
    const isOld = (one: Seen) => hasOldPrice(one) || hasOldText(one);
    const atOnce = [byWriter, ...byNeighbours];
    const cameBack = comesBack(onSecond, next.amount);
    const stale = {
      inAnswer: inAnswer !== next.amount,
      forWriter: isOld(byWriter),
      forNeighbour: byNeighbours.some(isOld),
      fromRedis: onSecond.some(hasOldText),
      afterwards: cameBack,
      later: later.some(({ isOldPrice, isOldText }) => isOldPrice || isOldText),
      oldPrice:
        inAnswer !== next.amount ||
        cameBack ||
        atOnce.some(hasOldPrice) ||
        later.some(({ isOldPrice }) => isOldPrice),
      oldText: [...atOnce, ...onSecond].some(hasOldText) || later.some(({ isOldText }) => isOldText),
    };
    for (const [name, isStale] of Object.entries(stale)) {
      if (isStale) sightings[name as keyof typeof stale] += 1;
    }
    const lags = onSecond.filter(hasOldPrice).map(({ endedAt }) => endedAt - answeredAt);
    sightings.copyLagsMs.push(Math.max(0, ...lags));
  }

  /** Filled through the first gateway; copied by both in the reads that then find it in Redis. */
  async function warmUp(id: string): Promise<void> {
    await readProduct(first, id);
    await first.app.idle();
    await Promise.all([readProduct(first, id), readProduct(second, id)]);
    await second.app.idle();
  }

  function anotherAmount(than: string): string {
    const amount = (Math.ceil(random() * 999_998) / 100).toFixed(2);
    return amount === than ? '9999.99' : amount;
  }

  async function change(id: string, next: Revision): Promise<string | undefined> {
    const { data, errors } = await first.query<{ updateProduct: { product: { price: { amount: string } } } }>(
      updateMutation,
      {
        token: writerToken,
        variables: {
          input: { id, price: { amount: next.amount, currencyCode: 'EUR' }, description: next.text },
        },
      },
    );
    if (data == null) throw new Error(`a price could not be changed: ${JSON.stringify(errors)}`);
    return data.updateProduct.product.price.amount;
  }

  /** A product changed before, on both gateways. */
  async function lookAt(id: string | undefined): Promise<readonly Later[]> {
    const wanted = id === undefined ? undefined : expected.get(id);
    if (id === undefined || wanted === undefined) return [];
    const seen = await Promise.all(gateways.map((gateway) => readProduct(gateway, id)));
    return seen.map(({ amount, text }) => ({
      isOldPrice: amount !== wanted.amount,
      isOldText: text !== wanted.text,
    }));
  }

  async function textOnReplica(id: string): Promise<string | undefined> {
    const { rows } = await replica.query<{ description: string }>(
      'SELECT description FROM products WHERE id = $1::bigint',
      [idOf('Product', id)],
    );
    return rows[0]?.description;
  }

  async function countStatements() {
    const ofNode = async (node: string) =>
      (await Promise.all(gateways.map(({ app }) => totalOf(app.metrics.postgresQueries, { node })))).reduce(
        (sum, count) => sum + count,
      );
    return { primary: await ofNode('primary'), replica: await ofNode('replica-1') };
  }

  async function countCache(): Promise<void> {
    const sum = async (labels: Readonly<Record<string, string>>, name: 'cacheFills' | 'cacheReads') =>
      (await Promise.all(gateways.map(({ app }) => totalOf(app.metrics[name], labels)))).reduce(
        (a, b) => a + b,
      );
    sightings.fillsRefused = await sum({ outcome: 'refused' }, 'cacheFills');
    sightings.l1Hits = await sum({ tier: 'l1', outcome: 'hit' }, 'cacheReads');
  }

  return {
    sightings,
    round,
    /** All changed products once more, when the replica has everything and copies have ended or been replaced. */
    async lookAgain(): Promise<void> {
      for (const id of new Set(history)) {
        const seen = await lookAt(id);
        if (seen.some(({ isOldPrice, isOldText }) => isOldPrice || isOldText)) sightings.later += 1;
      }
    },
  };
}

function addTo(sum: Nodes, now: Nodes, before: Nodes): void {
  sum.primary += now.primary - before.primary;
  sum.replica += now.replica - before.replica;
}

async function connect(url: string, resources: Resources): Promise<pg.Client> {
  return resources.open(
    async () => {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => undefined);
      await client.connect();
      return client;
    },
    (client) => client.end(),
  );
}
