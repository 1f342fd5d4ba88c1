/** How much a product is in demand, as the database sees it when the row is loaded. */
export type Standing = 'new' | 'regular' | 'popular';

const minuteMs = 60_000;

/**
 * How long a product is fresh. New ones are still being edited; popular ones are worth keeping, and an edit evicts them
 * anyway.
 */
export function productFreshForMs(standing: Standing): number {
  switch (standing) {
    case 'new':
      return 5 * minuteMs;
    case 'regular':
      return 30 * minuteMs;
    case 'popular':
      return 60 * minuteMs;
  }
}

/** How long a stock is fresh: the fewer are left, the sooner the next purchase matters; nothing left changes only by a restock, which evicts. */
export function inventoryFreshForMs(stock: number): number {
  if (stock === 0) return 5 * minuteMs;
  return stock < lowStock ? minuteMs / 6 : minuteMs;
}

export type StockStatus = 'IN_STOCK' | 'LOW_STOCK' | 'OUT_OF_STOCK';

const lowStock = 10;

export function stockStatus(stock: number): StockStatus {
  if (stock === 0) return 'OUT_OF_STOCK';
  return stock < lowStock ? 'LOW_STOCK' : 'IN_STOCK';
}
