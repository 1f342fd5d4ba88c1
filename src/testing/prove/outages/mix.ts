import type { Random } from '../../../clock/random.ts';

/** One kind of request of the mix. */
export interface Ask {
  readonly name: string;
  readonly document: string;
  readonly token?: string;
  variables?(random: Random): Readonly<Record<string, unknown>>;
  /** Whether the data is what it must be. */
  isRight(data: never): boolean;
}

/** `withoutStrict`: without what only the primary may answer. */
export type MixName = 'all' | 'withoutStrict';

/** What a mix of requests is about. */
export interface MixSubject {
  readonly productIds: readonly string[];
  /** Of the user that some of them are asked as. */
  readonly token: string;
}

/** The first ones belong to the outages, which change them. */
export const reservedProducts = 120;
const hotProducts = 20;

interface Shown {
  readonly product: {
    readonly price?: { readonly amount: string };
    readonly description?: string;
    readonly inventory?: { readonly stock: number };
  } | null;
}

/** What people ask of a shop: mostly the same few products, some rare ones, lists past the cache, and who they are. */
export function mixOf({ productIds, token }: MixSubject): Readonly<Record<MixName, readonly Ask[]>> {
  const others = productIds.slice(reservedProducts);
  const any = (ids: readonly string[]) => (random: Random) => ({
    id: ids[Math.floor(random() * ids.length)],
  });
  const hot = any(others.slice(0, hotProducts));
  const product = (fields: string) => `query ($id: ID!) { product(id: $id) { ${fields} } }`;

  const withoutStrict: readonly Ask[] = [
    {
      name: 'hot product',
      document: product('price { amount }'),
      variables: hot,
      isRight: (data: Shown) => data.product?.price?.amount === '10.00',
    },
    {
      name: 'rare product',
      document: product('price { amount }'),
      variables: any(others),
      isRight: (data: Shown) => data.product?.price?.amount === '10.00',
    },
    {
      name: 'page of a product',
      document: product('price { amount } description'),
      variables: hot,
      isRight: (data: Shown) => data.product?.description === 'revision 0',
    },
    {
      name: 'list',
      document: '{ products(first: 10) { nodes { price { amount } } } }',
      isRight: (data: { products: { nodes: readonly { price: { amount: string } }[] } }) =>
        data.products.nodes.length === 10 &&
        data.products.nodes.every(({ price }) => price.amount === '10.00'),
    },
    {
      name: 'viewer',
      document: '{ viewer { username } }',
      token,
      isRight: (data: { viewer: { username: string } | null }) => data.viewer?.username === 'alice',
    },
  ];
  const stock: Ask = {
    name: 'stock',
    document: product('inventory { stock }'),
    variables: hot,
    isRight: (data: Shown) => data.product?.inventory?.stock === 50,
  };
  return { all: [...withoutStrict, stock], withoutStrict };
}
