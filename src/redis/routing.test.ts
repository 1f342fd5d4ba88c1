import { expect, it } from 'vitest';
import { firstKey } from './routing.ts';
import { defineScript } from './script.ts';

const script = defineScript({ name: 'test', keys: 1, lua: 'return 1' });
const keyless = defineScript({ name: 'test', keys: 0, lua: 'return 2' });

it.each([
  [[['get', 'k']], 'k'],
  [[['GET', 7]], '7'],
  [[[script, 'k', 'argument']], 'k'],
  [[['eval', 'return 1', 1, 'k', 'argument']], 'k'],
  [[['evalsha', 'hash', '2', 'k', 'l']], 'k'],
  [
    [
      ['publish', 'c', 'm'],
      ['set', 'k', 'v'],
      ['get', 'l'],
    ],
    'k',
  ],
  [[['publish', 'c', 'm'], ['ping']], undefined],
  [[['eval', 'return 1', 0, 'no key']], undefined],
  [[[keyless, 'no key']], undefined],
  [[], undefined],
] as const)('the first key of %j is %s', (commands, key) => {
  expect(firstKey(commands)).toBe(key);
});
