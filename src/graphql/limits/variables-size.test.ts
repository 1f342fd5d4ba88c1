import { describe, expect, it } from 'vitest';
import { isLargerThan } from './variables-size.ts';

describe('variables are as large as', () => {
  it.each<readonly [string, Record<string, unknown>, number]>([
    ['nothing', {}, 1],
    ['a number and its key', { a: 1 }, 4],
    ['the characters of a text', { a: 'bcd' }, 7],
    ['texts that are empty', { a: ['', ''] }, 6],
    ['the items of a list', { a: [1, null, true] }, 7],
    ['what is in an object, and its keys', { a: { bc: 'd' } }, 9],
  ])('%s', (_, variables, size) => {
    expect(isLargerThan(size - 1, variables)).toBe(true);
    expect(isLargerThan(size, variables)).toBe(false);
  });
});

it('no more is looked at than may be there', () => {
  let looks = 0;
  const watched = (value: unknown[]) =>
    new Proxy(value, { get: (target, key) => ((looks += 1), Reflect.get(target, key) as unknown) });
  expect(isLargerThan(100, { a: watched(Array(1_000_000).fill('x')) })).toBe(true);
  expect(looks).toBeLessThan(10);
});

it('a million levels are gone down', () => {
  const deep = Array.from({ length: 1_000_000 }).reduce<unknown>((inner) => [inner], 1);
  expect(isLargerThan(100, { deep })).toBe(true);
  expect(isLargerThan(10_000_000, { deep })).toBe(false);
});
