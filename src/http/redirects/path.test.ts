import { expect, it } from 'vitest';
import { readPath } from './path.ts';

it.each([
  ['/abc', 'abc'],
  ['/a-b_C9?from=mail&x=/y', 'a-b_C9'],
  ['/abc?', 'abc'],
  ['/', undefined],
  ['', undefined],
  ['abc', undefined],
  ['//abc', undefined],
  ['/abc/', undefined],
  ['/abc/def', undefined],
  ['/ab%63', undefined],
  ['/abc#d', undefined],
  ['http://example.com/abc', undefined],
  [`/${'a'.repeat(65)}`, undefined],
])('the code in %j is %j', (target, code) => {
  expect(readPath(target)).toBe(code);
});
