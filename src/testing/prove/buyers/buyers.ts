import { idOf } from '../../../../schema/global-id.ts';
import type { Overrides } from '../../../overrides.ts';
import { onServer } from '../../database.ts';
import { randomAppName } from '../../gateway.ts';
import { startMortalGateway } from '../child-gateway.ts';
import { spreadOf } from '../measures.ts';
import type { Proof, ProofContext } from '../proof.ts';
import { pause, startStage, type Stage } from '../stage.ts';
import { populate, type Population } from '../targets/population.ts';
import { lookThenTake, withoutRange } from './careless.ts';
import { checksOf, type Sale } from './checks.ts';
import { arrive, buy, hasOrdered, keyOf, type Buyer, type Told } from './crowd.ts';
import { watchShelf } from './shelf.ts';

type Option = 'gateways' | 'buyers' | 'items';
type Context = ProofContext<Option>;

/** Of the controls: what goes wrong does so with a few buyers too. */
const controlBuyers = 40;
const controlGateways = 4;
/** Others look meanwhile: what happens now and then among many gateways, happens each time among few. */
const gapMs = 100;
/** A machine that is busy is no outage; everything else is as in production. */
const env = { REDIS_DEADLINE_MS: '5000', STRICT_LICENCE_MS: '5000' };

/** A crowd that buys the last items over several processes: who gets one, and what do the others see? */
export const buyers: Proof<Option> = {
  name: 'buyers',
  about: '1,000 buyers of the last 10 items make 10 orders; the stock is 0 everywhere at once.',
  takes: '1 to 2 min',
  options: {
    gateways: { about: 'processes', fallback: 4 },
    buyers: { about: 'at once, each with a cart', fallback: 1_000 },
    items: { about: 'that are left', fallback: 10 },
  },
  async run(context) {
    const { gateways, buyers: count, items } = context.options;
    const stage = await startStage(context, { products: 3 });
    const people = await populate(stage, count + 2 * controlBuyers);
    const urls = await context.step(`${gateways} gateways as processes`, () =>
      startProcesses(context, stage, gateways),
    );
    const found = await context.step(`${count} buyers of ${items} items`, () =>
      sell(stage, { people, urls, product: 0, items, places: range(0, count) }),
    );
    const repeats = await context.step('The same keys again, and new ones', () => repeat(found.told, urls));
    const forgetful = await context.step('Control: gateways that do not tell of what was sold', () =>
      sellThrough(stage, { overrides: tellNothing, people, product: 1, items, from: count }),
    );
    await onServer(stage.servers.primaryUrl, withoutRange);
    const careless = await context.step('Control: who looks first and takes later', () =>
      sellThrough(stage, { overrides: lookFirst, people, product: 2, items, from: count + controlBuyers }),
    );
    return {
      checks: checksOf({ buyers: count, items }, { found, repeats }, { forgetful, careless }),
      figures: {
        tookMs: spreadOf(found.told.map(({ tookMs }) => tookMs)),
        putOff: tally(found.told.flatMap(({ putOff }) => putOff)),
        ...{ stocks: found.shelf, repeats },
        controls: { forgetful: forgetful.shelf, careless: careless.stored },
      },
    };
  },
};

const lookFirst: Overrides = { around: { database: (own) => lookThenTake(own, () => pause(gapMs)) } };

const tellNothing: Overrides = {
  around: {
    cache: (own) => ({
      ...own,
      mark: () => Promise.resolve({ token: '', complete: true, answerAfterMs: 0 }),
      invalidate: () => Promise.resolve(true),
    }),
  },
};

function startProcesses(context: Context, stage: Stage, length: number): Promise<readonly string[]> {
  const app = randomAppName();
  return Promise.all(
    Array.from({ length }, async (_, index) => {
      const name = `gateway-${index + 1}`;
      return (await startMortalGateway(context, stage, { name, app, env })).url;
    }),
  );
}

interface Selling {
  readonly people: Population;
  readonly places: readonly number[];
  readonly urls: readonly string[];
  /** By its place among the stage's. */
  readonly product: number;
  readonly items: number;
}

/** All buy at once, and each looks at the stock as soon as it knows what came of it. */
async function sell(stage: Stage, { people, places, urls, product, items }: Selling): Promise<Sale> {
  const productId = stage.productIds[product] ?? '';
  const key = idOf('Product', productId);
  const { primaryUrl } = stage.servers;
  await onServer(primaryUrl, 'UPDATE inventory SET stock = $2 WHERE product_id = $1', [key, items]);
  const crowd = await arrive({ people, places, urls, productId });
  const shelf = watchShelf({ urls, productId, items });
  // In every Redis, so that it could be old.
  await shelf.sold(0);
  const told = await Promise.all(
    crowd.map(async (buyer) => {
      const outcome = await buy(buyer);
      await (hasOrdered(outcome) ? shelf.sold(1) : shelf.look(buyer.url));
      return outcome;
    }),
  );
  await shelf.sold(0);
  const [stored] = await onServer<Sale['stored']>(
    primaryUrl,
    `SELECT stock, (SELECT count(*)::integer FROM order_lines WHERE product_id = $1) AS orders
     FROM inventory WHERE product_id = $1`,
    [key],
  );
  if (stored === undefined) throw new Error('the product is gone');
  return { told, stored, shelf: shelf.seen() };
}

interface ControlSale extends Pick<Selling, 'people' | 'product' | 'items'> {
  readonly overrides: Overrides;
  /** The place of the first buyer. */
  readonly from: number;
}

async function sellThrough(stage: Stage, { overrides, from, ...selling }: ControlSale): Promise<Sale> {
  const app = randomAppName();
  const gateways = await Promise.all(
    Array.from({ length: controlGateways }, () => stage.gateway({ app, env, overrides })),
  );
  const urls = gateways.map(({ url }) => url);
  const sale = await sell(stage, { ...selling, urls, places: range(from, controlBuyers) });
  await Promise.all(gateways.map((gateway) => gateway.close()));
  return sale;
}

/** Each asks again with the same key, through the next gateway; who has ordered, with a new one as well. */
async function repeat(told: readonly Told[], urls: readonly string[]) {
  const nextOf = ({ url }: Buyer) => urls[(urls.indexOf(url) + 1) % urls.length] ?? '';
  const differing = async (some: readonly Told[], key: (buyer: Buyer) => string) => {
    const again = await Promise.all(some.map(({ buyer }) => buy(buyer, key(buyer), nextOf(buyer))));
    return again.filter((each, index) => !isSame(each.answer, some[index]?.answer)).length;
  };
  const ordered = told.filter(hasOrdered);
  return {
    ...{ asked: told.length, different: await differing(told, keyOf) },
    ...{
      askedAnew: ordered.length,
      differentAnew: await differing(ordered, (buyer) => `${keyOf(buyer)} anew`),
    },
  };
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const range = (from: number, length: number): readonly number[] =>
  Array.from({ length }, (_, index) => from + index);

function tally(codes: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return Object.fromEntries(counts);
}
