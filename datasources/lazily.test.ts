import { expect, it } from 'vitest';
import { lazily } from './lazily.ts';

it('makes a member on its first use, once, from what its own object was made with', () => {
  const made: string[] = [];
  const create = lazily({
    one: (needs: { readonly name: string }) => {
      made.push(needs.name);
      return { name: needs.name };
    },
    other: () => {
      made.push('never asked for');
    },
  });
  const [first, second] = [create({ name: 'first' }), create({ name: 'second' })];
  expect(made).toEqual([]);
  expect(first.one).toBe(first.one);
  expect(second.one.name).toBe('second');
  expect(made).toEqual(['first', 'second']);
});
