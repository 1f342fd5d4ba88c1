import { currencyCodes, type MinorMoney } from '../../schema/money.ts';
import type { Cart } from './carts.ts';
import type { Product } from './products.ts';

/** A line of a cart with its product, as that is now. */
export interface CartItem {
  readonly product: Product;
  readonly quantity: number;
}

/** In the order of the lines; a line whose product is gone is left out. */
export async function itemsOf(
  { lines }: Cart,
  getProducts: (ids: readonly string[]) => Promise<readonly (Product | undefined)[]>,
): Promise<readonly CartItem[]> {
  const found = await getProducts(lines.map(({ productId }) => productId));
  return lines.flatMap(({ quantity }, place) => {
    const product = found[place];
    return product === undefined ? [] : [{ product, quantity }];
  });
}

export const totalOf = ({ product, quantity }: CartItem): MinorMoney => ({
  amountMinor: product.priceMinor * BigInt(quantity),
  currencyCode: product.currencyCode,
});

export const countOf = (items: readonly CartItem[]): number =>
  items.reduce((sum, { quantity }) => sum + quantity, 0);

/** One for each currency that there is, in the order of the codes. */
export function totalsOf(items: readonly CartItem[]): readonly MinorMoney[] {
  return currencyCodes.flatMap((currencyCode) => {
    const amounts = items.map(totalOf).filter((total) => total.currencyCode === currencyCode);
    const amountMinor = amounts.reduce((sum, total) => sum + total.amountMinor, 0n);
    return amounts.length === 0 ? [] : [{ amountMinor, currencyCode }];
  });
}
