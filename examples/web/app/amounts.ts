/** Amounts are decimal numbers in strings; as such they are formatted, for a float would not hold all of them. */
export function formatMoney({
  amount,
  currencyCode,
}: {
  readonly amount: string;
  readonly currencyCode: string;
}): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: currencyCode });
  return format.format(amount as Intl.StringNumericLiteral);
}
