import { expect, it } from 'vitest';
import { deepFreeze } from './freeze.ts';

it('freezes plain objects and arrays all the way down', () => {
  const value = deepFreeze({ list: [{ inner: 1 }], nothing: null });
  expect(() => ((value.list[0] as { inner: number }).inner = 2)).toThrow(TypeError);
  expect(() => value.list.push({ inner: 3 })).toThrow(TypeError);
});

it('leaves alone what cannot or need not be frozen', () => {
  const bytes = new Uint8Array([1]);
  const date = new Date(0);
  expect(deepFreeze({ bytes, date, text: 'x' })).toEqual({ bytes, date, text: 'x' });
  expect(Object.isFrozen(date)).toBe(false);
});
