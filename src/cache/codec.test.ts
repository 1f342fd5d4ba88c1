import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { instant, jsonCodec, whole } from './codec.ts';

const row = z.object({
  id: z.string(),
  amount: whole,
  tip: whole.nullable(),
  at: instant,
  endedAt: instant.nullable(),
  tags: z.array(z.string()),
});
const codec = jsonCodec(row);
const stored = { id: 'a', amount: '5', tip: null, at: 0, endedAt: 8.64e15, tags: ['x'] };

const date = fc.date({ noInvalidDate: true });
const nothing = { nil: null };
const rows = fc.record({
  id: fc.string(),
  amount: fc.bigInt({ min: -(10n ** 29n), max: 10n ** 29n }),
  tip: fc.option(fc.bigInt({ min: 0n, max: 10n ** 20n }), nothing),
  at: date,
  endedAt: fc.option(date, nothing),
  tags: fc.array(fc.string()),
});

it('brings back what was stored', () => {
  fc.assert(
    fc.property(rows, (value) => {
      expect(codec.decode(codec.encode(value))).toEqual(value);
    }),
  );
});

it.each([
  ['an amount that is no number', { amount: '5.5' }],
  ['an amount of another type', { amount: 5 }],
  ['an instant outside of time', { at: 8.65e15 }],
  ['an instant between milliseconds', { at: 0.5 }],
  ['an instant as text', { at: '2026-01-01' }],
  ['a missing amount', { amount: undefined }],
  ['null where a value must be', { at: null }],
  ['another type elsewhere', { tags: 'x' }],
])('refuses %s', (_, change) => {
  expect(() => codec.decode(JSON.stringify({ ...stored, ...change }))).toThrow();
  expect(codec.decode(JSON.stringify(stored)).amount).toBe(5n);
});

it('takes nothing over that the schema does not name', () => {
  const decoded = codec.decode(`{"__proto__":{"admin":true},"extra":1,${JSON.stringify(stored).slice(1)}`);
  expect(Object.keys(decoded).sort()).toEqual(['amount', 'at', 'endedAt', 'id', 'tags', 'tip']);
  expect('admin' in decoded).toBe(false);
});

it('leaves what is no object, and codecs further down, to zod', () => {
  expect(jsonCodec(z.string()).decode('"text"')).toBe('text');
  const nested = jsonCodec(z.object({ list: z.array(whole) }));
  expect(nested.decode(nested.encode({ list: [1n, -2n] }))).toEqual({ list: [1n, -2n] });
});
