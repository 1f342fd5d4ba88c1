import { DomainError } from '../src/errors/domain-error.ts';

/** Decimals of each currency, ISO 4217. */
const decimals = { CHF: 2, EUR: 2, GBP: 2, JPY: 0, KWD: 3, USD: 2 } as const;

export type CurrencyCode = keyof typeof decimals;
export const currencyCodes = Object.keys(decimals) as readonly CurrencyCode[];

/** An exact amount in the smallest unit of its currency. */
export interface MinorMoney {
  readonly amountMinor: bigint;
  readonly currencyCode: CurrencyCode;
}

/** Postgres `bigint` holds 18 digits with certainty. */
const maxDigits = 18;

export function formatMoney({ amountMinor, currencyCode }: MinorMoney): {
  amount: string;
  currencyCode: CurrencyCode;
} {
  const places = decimals[currencyCode];
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = places === 0 ? '' : `.${digits.slice(-places)}`;
  return { amount: `${amountMinor < 0n ? '-' : ''}${whole}${fraction}`, currencyCode };
}

/** Throws `BAD_USER_INPUT` for more decimals than the currency has, and for amounts too large to keep. */
export function parseMoney(money: {
  readonly amount: string;
  readonly currencyCode: CurrencyCode;
}): MinorMoney {
  const { amount, currencyCode } = money;
  const places = decimals[currencyCode];
  const [whole = '', fraction = ''] = amount.split('.');
  if (fraction.length > places) {
    throw new DomainError(
      'BAD_USER_INPUT',
      `${currencyCode} has ${places} decimals, and ${amount} has ${fraction.length}.`,
    );
  }
  const digits = whole + fraction.padEnd(places, '0');
  if (digits.replace(/^-?0*/, '').length > maxDigits)
    throw new DomainError('BAD_USER_INPUT', 'The amount is too large.');
  return { amountMinor: BigInt(digits), currencyCode };
}
