const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const base = BigInt(digits.length);

/** A number from 0 on, in the digits 0-9, A-Z, a-z: texts of one length are in the order of their numbers. */
export function toBase62(number: bigint): string {
  if (number < 0n) throw new RangeError('negative numbers have no such digits');
  let text = '';
  for (let rest = number; rest > 0n; rest /= base) text = `${digits[Number(rest % base)]}${text}`;
  return text === '' ? '0' : text;
}

/** Undefined where the text has another character, or none. */
export function fromBase62(text: string): bigint | undefined {
  let number = 0n;
  for (const digit of text) {
    const value = digits.indexOf(digit);
    if (value < 0) return undefined;
    number = number * base + BigInt(value);
  }
  return text === '' ? undefined : number;
}
