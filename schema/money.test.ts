import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../src/errors/domain-error.ts';
import { currencyCodes, formatMoney, parseMoney, type CurrencyCode } from './money.ts';

const decimals: Readonly<Record<CurrencyCode, number>> = { CHF: 2, EUR: 2, GBP: 2, JPY: 0, KWD: 3, USD: 2 };
const currency = fc.constantFrom(...currencyCodes);
const maxMinor = 10n ** 18n - 1n;
const minor = fc.bigInt({ min: -maxMinor, max: maxMinor });

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return error instanceof DomainError ? error.code : 'another';
  }
};

describe('money', () => {
  it('has a number of decimals for each currency', () => {
    expect([...currencyCodes].sort()).toEqual(Object.keys(decimals).sort());
  });

  it('that is written is read as what it was, to the last unit', () => {
    fc.assert(
      fc.property(minor, currency, (amountMinor, currencyCode) => {
        expect(parseMoney(formatMoney({ amountMinor, currencyCode }))).toEqual({ amountMinor, currencyCode });
      }),
    );
  });

  it('is written in the one form that the contract names, with as many decimals as the currency has', () => {
    fc.assert(
      fc.property(minor, currency, (amountMinor, currencyCode) => {
        const { amount } = formatMoney({ amountMinor, currencyCode });
        const places = decimals[currencyCode];
        expect(amount).toMatch(new RegExp(`^-?(0|[1-9]\\d*)${places === 0 ? '' : `\\.\\d{${places}}`}$`));
      }),
    );
  });

  it('is read exactly: digit for digit, however many decimals and leading zeros are written', () => {
    const written = fc
      .record({
        currencyCode: currency,
        isNegative: fc.boolean(),
        zeros: fc.nat(10),
        whole: fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }),
        digits: fc.array(fc.nat(9), { maxLength: 3 }),
      })
      .map((parts) => ({ ...parts, fraction: parts.digits.slice(0, decimals[parts.currencyCode]).join('') }));
    fc.assert(
      fc.property(written, ({ currencyCode, isNegative, zeros, whole, fraction }) => {
        const amount = `${isNegative ? '-' : ''}${'0'.repeat(zeros)}${whole}${fraction === '' ? '' : `.${fraction}`}`;
        const places = decimals[currencyCode];
        const size = whole * 10n ** BigInt(places) + BigInt(fraction.padEnd(places, '0') || '0');
        expect(parseMoney({ amount, currencyCode }).amountMinor).toBe(isNegative ? -size : size);
      }),
    );
  });

  it('with more decimals than the currency has is refused, not rounded', () => {
    fc.assert(
      fc.property(minor, currency, fc.integer({ min: 1, max: 7 }), (amountMinor, currencyCode, more) => {
        const { amount } = formatMoney({ amountMinor, currencyCode });
        const longer = `${amount}${decimals[currencyCode] === 0 ? '.' : ''}${'0'.repeat(more)}`;
        expect(codeOf(() => parseMoney({ amount: longer, currencyCode }))).toBe('BAD_USER_INPUT');
      }),
    );
  });

  it('too large to keep is refused, not cut', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: maxMinor + 1n, max: 10n ** 30n }),
        currency,
        fc.boolean(),
        (amountMinor, currencyCode, isNegative) => {
          const money = formatMoney({ amountMinor: isNegative ? -amountMinor : amountMinor, currencyCode });
          expect(codeOf(() => parseMoney(money))).toBe('BAD_USER_INPUT');
        },
      ),
    );
  });

  it.each([
    ['0', 'EUR', 0n, '0.00'],
    ['-0', 'EUR', 0n, '0.00'],
    ['-0.01', 'EUR', -1n, '-0.01'],
    ['0.5', 'KWD', 500n, '0.500'],
    ['007', 'JPY', 7n, '7'],
    ['999999999999999999', 'JPY', 999_999_999_999_999_999n, '999999999999999999'],
    // As a Float this would be 0.30000000000000004 and 9007199254740992.
    ['0.30', 'USD', 30n, '0.30'],
    ['90071992547409.93', 'USD', 9_007_199_254_740_993n, '90071992547409.93'],
  ] as const)('%s %s is %s of the smallest unit', (amount, currencyCode, amountMinor, written) => {
    expect(parseMoney({ amount, currencyCode })).toEqual({ amountMinor, currencyCode });
    expect(formatMoney({ amountMinor, currencyCode })).toEqual({ amount: written, currencyCode });
  });
});
