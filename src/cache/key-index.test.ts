import { expect, it } from 'vitest';
import { createKeyIndex } from './key-index.ts';

const [one, other] = [{ name: 'one' }, { name: 'other' }];

it('finds what belongs to a key, and nothing once it was removed', () => {
  const index = createKeyIndex<object>();
  index.add(['a', 'b'], one);
  index.add(['b', 'b'], other);
  expect(index.of('a')).toEqual([one]);
  expect(index.of('b')).toEqual([one, other]);
  expect(index.of('c')).toEqual([]);
  index.remove(['b'], one);
  expect(index.of('b')).toEqual([other]);
  expect(index.of('a')).toEqual([one]);
  index.remove(['a', 'b'], other);
  expect(index.of('a')).toEqual([one]);
  expect(index.keys()).toEqual(['a']);
});

it('takes the same thing at the same key once', () => {
  const index = createKeyIndex<object>();
  index.add(['a', 'a'], one);
  expect(index.of('a')).toEqual([one]);
  index.remove(['a'], one);
  expect(index.keys()).toEqual([]);
});

it('may be changed while somebody goes through what was found', () => {
  const index = createKeyIndex<object>();
  for (const thing of [one, other]) index.add(['a', 'b'], thing);
  for (const key of index.keys()) for (const thing of index.of(key)) index.remove(['a', 'b'], thing);
  expect(index.keys()).toEqual([]);
});
