import { expect, it } from 'vitest';
import { asError } from './as-error.ts';

it('leaves an error as it is', () => {
  const error = new TypeError('x');
  expect(asError(error)).toBe(error);
});

it.each<readonly [string, unknown, string]>([
  ['a text', 'no such host', 'no such host'],
  ['nothing', undefined, 'undefined'],
  ['a symbol', Symbol('s'), 'Symbol(s)'],
  ['an object without a prototype', Object.create(null), 'something without a text was thrown'],
  [
    'an object whose text throws',
    {
      toString: () => {
        throw new Error('again');
      },
    },
    'something without a text was thrown',
  ],
])('makes an error of %s', (_what, thrown, message) => {
  expect(asError(thrown)).toMatchObject({ message, cause: thrown });
});
