import { z } from 'zod';
import type { Codec } from './policy.ts';

/** Stores what `schema` encodes to as JSON, and checks it on the way back: an entry of another shape throws, and so is a miss. */
export function jsonCodec<Schema extends z.ZodType>(schema: Schema): Codec<z.output<Schema>> {
  return {
    encode: (value) => JSON.stringify(z.encode(schema, value)),
    decode: (text) => z.decode(schema, JSON.parse(text) as z.input<Schema>),
  };
}

/** An instant; kept as epoch milliseconds. */
export const instant = z.codec(z.int(), z.date(), {
  decode: (ms) => new Date(ms),
  encode: (date) => date.getTime(),
});

/** A whole number of any size, such as an amount in minor units; kept as a decimal string. */
export const whole = z.codec(z.string().regex(/^-?\d{1,30}$/), z.bigint(), {
  decode: (digits) => BigInt(digits),
  encode: (number) => number.toString(),
});
