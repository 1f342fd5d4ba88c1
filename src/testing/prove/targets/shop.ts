import { seededRandom, type Random } from '../../../clock/random.ts';
import type { Check } from '../proof.ts';
import { fillCatalogue, type Catalogue } from '../search/catalogue.ts';
import { createWords, differentQueries } from '../search/words.ts';
import { describeHits, hitPercent } from './keys-read.ts';
import type { Compared, Measured, Scenario } from './scenario.ts';
import { describeFewer, percentFewer, type Rate } from './shares.ts';
import { isRead, sumOf } from './statements.ts';
import { createZipf, scattered } from './zipf.ts';

const target = 95;
const seed = 1;
/** So many different things are looked for. */
const queryCount = 2_000;

const documents = {
  page: `query ($id: ID!) {
    product(id: $id) { name price { amount } mainImage inventory { stock status } description images }
  }`,
  search: `query ($query: String!) {
    searchProducts(query: $query) { totalCount nodes { id name price { amount } mainImage } }
  }`,
  stock: 'query ($id: ID!) { product(id: $id) { inventory { stock status } } }',
  list: `query ($category: String!) {
    products(category: $category) { nodes { id name price { amount } mainImage } }
  }`,
  price: `mutation ($input: UpdateProductInput!) {
    updateProduct(input: $input) { product { price { amount } } userErrors { code } }
  }`,
  restock: `mutation ($input: RestockProductInput!) {
    restockProduct(input: $input) { product { id } userErrors { code } }
  }`,
} as const;
type Kind = keyof typeof documents;

/** Of a thousand requests. Lists by category are in no cache: each selects its ids. */
const mix: readonly (readonly [kind: Kind, share: number])[] = [
  ['page', 500],
  ['search', 290],
  ['stock', 150],
  ['list', 50],
  ['price', 5],
  ['restock', 5],
];

/** People who look around in a shop, mostly at the same products and for the same words; now and then one is changed. */
export const shop: Scenario = {
  name: 'shop',
  policies: ['product', 'product-details', 'inventory', 'search'],
  async seed({ stage, population, products: count }) {
    const random = seededRandom(seed);
    const words = createWords(random);
    const catalogue = await fillCatalogue(stage.servers.primaryUrl, { words, random, count });
    const draw = drawsOf(catalogue, differentQueries(words, random, queryCount));
    const admin = population.tokenOfLogin('admin');
    return (_place, by) => {
      const kind = kindOf(by);
      const id = draw.product(by);
      const amount = `${Math.floor(by() * 90) + 10}.00`;
      const variables = {
        page: { id },
        search: { query: draw.query(by) },
        stock: { id },
        list: { category: draw.category(by) },
        price: { input: { id, price: { amount, currencyCode: 'EUR' } } },
        restock: { input: { id, quantity: 1 } },
      };
      // Without sessions, which would hide what is missed of the shop itself.
      const token = kind === 'price' || kind === 'restock' ? admin : Promise.resolve(undefined);
      return { document: documents[kind], variables: variables[kind], token };
    };
  },
  judge: (compared, percent) => [readsSaved(compared, (target * percent) / 100)],
};

function drawsOf({ count, idOf, categories }: Catalogue, queries: readonly string[]) {
  const [products, searches, shelves] = [count, queries.length, categories.length].map((size) =>
    createZipf(size),
  );
  return {
    product: (random: Random) => idOf(scattered(products?.(random) ?? 0, count, 0)),
    query: (random: Random) => queries[searches?.(random) ?? 0],
    category: (random: Random) => categories[shelves?.(random) ?? 0],
  };
}

function kindOf(random: Random): Kind {
  let left = random() * 1_000;
  return mix.find(([, share]) => (left -= share) < 0)?.[0] ?? 'page';
}

function readsSaved({ on, off }: Compared, least: number): Check {
  const reads = (measured: Measured): Rate => ({
    ...measured,
    count: sumOf(measured.calls, (text) => Number(isRead(text))),
  });
  const saved = percentFewer(reads(on.warm), reads(off.warm));
  const withoutCache = percentFewer(reads(off.warm), reads(off.cold));
  return {
    what: 'statements of the shop that read, fewer with the cache',
    found: `${saved} %: ${describeFewer(reads(on.warm), reads(off.warm))}; ${describeHits(on.warm.keys)} of the keys, at first ${hitPercent(on.cold.keys)} %`,
    must: `≥ ${least} %`,
    holds: saved >= least,
    control: { found: `${withoutCache} % past the cache`, fails: withoutCache < least },
  };
}
