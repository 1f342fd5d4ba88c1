import { describe, expect, it } from 'vitest';
import { chooseLines } from './basket.ts';
import type { LockedLine } from './cart-rows.ts';

const line = (productId: string, more: Partial<LockedLine> = {}): LockedLine => ({
  ...{ productId, name: 'Kettle', quantity: 1, priceMinor: 1_999n, currencyCode: 'EUR' },
  ...more,
});

describe('what of a cart is ordered', () => {
  it('is in the order of the products’ ids, as numbers', () => {
    const chosen = chooseLines([line('10'), line('9'), line('100')], undefined);
    expect(chosen.ok && chosen.value.lines.map(({ productId }) => productId)).toEqual(['9', '10', '100']);
  });

  it('costs what its lines cost together', () => {
    const chosen = chooseLines([line('1', { quantity: 3 }), line('2', { priceMinor: 1n })], undefined);
    expect(chosen.ok && chosen.value.total).toEqual({ amountMinor: 5_998n, currencyCode: 'EUR' });
  });

  it('is in one currency', () => {
    const cart = [line('1'), line('2', { currencyCode: 'CHF' })];
    expect(chooseLines(cart, undefined)).toMatchObject({ refusals: [{ code: 'MIXED_CURRENCIES' }] });
    const chosen = chooseLines(cart, 'CHF');
    expect(chosen.ok && chosen.value).toMatchObject({
      lines: [{ productId: '2' }],
      total: { amountMinor: 1_999n, currencyCode: 'CHF' },
    });
    expect(chooseLines(cart, 'USD')).toMatchObject({ refusals: [{ code: 'EMPTY_CART' }] });
  });

  it('costs no more than 18 digits can say', () => {
    const most = line('1', { priceMinor: 999_999_999_999_999_999n });
    expect(chooseLines([most], undefined).ok).toBe(true);
    expect(chooseLines([most, line('2', { priceMinor: 1n })], undefined)).toMatchObject({
      refusals: [{ code: 'INVALID_QUANTITY', field: null }],
    });
  });
});
