import { toGlobalId } from '../../schema/global-id.ts';
import { formatMoney, type CurrencyCode } from '../../schema/money.ts';

interface Row {
  readonly rowId: string;
  readonly name: string;
  readonly priceMinor: string;
  readonly currencyCode: CurrencyCode;
  readonly category: string;
  readonly ratingHundredths: number | null;
  readonly images: readonly string[];
  readonly description: string | null;
  readonly inventoryByProductId: { readonly stock: number } | null;
}

/** Its schema is the tables'; what the other stacks make of them on the server is made here, past the measurement. */
export function readProduct(found: unknown) {
  const { rowId, name, priceMinor, currencyCode, category, ratingHundredths, images } = found as Row;
  return {
    id: toGlobalId('Product', rowId),
    name,
    price: formatMoney({ amountMinor: BigInt(priceMinor), currencyCode }),
    category,
    rating: ratingHundredths === null ? null : ratingHundredths / 100,
    mainImage: images[0] ?? null,
  };
}

export function readCatalogued(found: unknown) {
  const { images, description } = found as Row;
  return { ...readProduct(found), images, description };
}

export function readListed(found: unknown) {
  const { inventoryByProductId } = found as Row;
  const stock = inventoryByProductId?.stock ?? 0;
  const status = stock === 0 ? 'OUT_OF_STOCK' : stock < 10 ? 'LOW_STOCK' : 'IN_STOCK';
  return { ...readCatalogued(found), inventory: { stock, status } };
}
