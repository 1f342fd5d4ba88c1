import { postQuery } from '../../gateway.ts';
import { untilAnswered } from './crowd.ts';

/** What gateways show of a product's stock, compared with what was acknowledged as sold when they were asked. */
export interface Shelf {
  /** So many more have been acknowledged: every gateway is asked from now on. */
  readonly sold: (count: number) => Promise<void>;
  /** Asks the gateway at `url`. */
  readonly look: (url: string) => Promise<number>;
  readonly seen: () => { readonly asked: number; readonly old: number; readonly last: readonly number[] };
}

interface ShelfOptions {
  readonly urls: readonly string[];
  /** A global id. */
  readonly productId: string;
  readonly items: number;
}

export function watchShelf({ urls, productId, items }: ShelfOptions): Shelf {
  let left = items;
  let [asked, old] = [0, 0];
  let last: readonly number[] = [];

  async function look(url: string): Promise<number> {
    const most = left;
    const stock = await shownStock(url, productId);
    asked += 1;
    if (stock > most) old += 1;
    return stock;
  }

  return {
    async sold(count) {
      left -= count;
      last = await Promise.all(urls.map(look));
    },
    look,
    seen: () => ({ asked, old, last }),
  };
}

async function shownStock(url: string, id: string): Promise<number> {
  const { answer } = await untilAnswered(() =>
    postQuery<{ product: { inventory: { stock: number } } }>(
      url,
      'query ($id: ID!) { product(id: $id) { inventory { stock } } }',
      { variables: { id } },
    ),
  );
  return answer.product.inventory.stock;
}
