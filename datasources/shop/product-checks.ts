import type { MinorMoney } from '../../schema/money.ts';
import { about, refusalsOf } from '../../src/errors/refusal.ts';

export type ProductRefusal = 'INVALID_LENGTH' | 'INVALID_PRICE' | 'INVALID_QUANTITY';

interface Checkable {
  readonly name?: string | undefined;
  readonly price?: MinorMoney | undefined;
  readonly category?: string | undefined;
  readonly description?: string | null | undefined;
  readonly images?: readonly string[] | undefined;
  readonly stock?: number | undefined;
}

export const maxQuantity = 1_000_000;
const maxImages = 20;

/** The faults in a product's own values; empty where there are none. */
export function checkProduct({ name, price, category, description, images, stock }: Checkable) {
  return refusalsOf<ProductRefusal>(
    isOutside(name, 1, 200) && about('name', 'INVALID_LENGTH', 'The name must have 1 to 200 characters.'),
    isOutside(category, 1, 60) &&
      about('category', 'INVALID_LENGTH', 'The category must have 1 to 60 characters.'),
    isOutside(description ?? undefined, 0, 20_000) &&
      about('description', 'INVALID_LENGTH', 'The description may have 20,000 characters.'),
    isLonger(images, maxImages) &&
      about('images', 'INVALID_LENGTH', `A product has at most ${maxImages} pictures.`),
    isFree(price) && about('price', 'INVALID_PRICE', 'A price must be positive.'),
    stock !== undefined &&
      (stock < 0 || stock > maxQuantity) &&
      about('stock', 'INVALID_QUANTITY', 'The stock must be between 0 and 1,000,000.'),
  );
}

function isOutside(text: string | undefined, least: number, most: number): boolean {
  if (text === undefined) return false;
  const { length } = text.trim();
  return length < least || length > most;
}

const isLonger = (list: readonly unknown[] | undefined, most: number): boolean =>
  list !== undefined && list.length > most;

const isFree = (price: MinorMoney | undefined): boolean => price !== undefined && price.amountMinor <= 0n;
