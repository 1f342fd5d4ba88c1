import { expect, it } from 'vitest';
import { differenceOf } from './equality.ts';
import { readListed } from './postgraphile.ts';
import { dataOf } from './workload.ts';

const answer = { id: '1', nodes: [{ price: { amount: '10.00' } }] };

it('answers of the same data are the same, in whatever order their fields come', () => {
  const other = { nodes: [{ price: { amount: '10.00' } }], id: '1' };
  expect(
    differenceOf([
      { server: 'one', answer },
      { server: 'other', answer: other },
    ]),
  ).toBeUndefined();
});

it.each([
  ['another value', { ...answer, id: '2' }],
  ['one item more', { ...answer, nodes: [...answer.nodes, ...answer.nodes] }],
  ['a field less', { id: '1' }],
  ['a number in place of a text', { id: 1, nodes: answer.nodes }],
  ['null', null],
])('%s is told, with both answers', (_what, other) => {
  const told = differenceOf([
    { server: 'one', answer },
    { server: 'other', answer: other },
  ]);
  expect(told).toContain('one: {"id":"1"');
  expect(told).toContain(`other: ${JSON.stringify(other)}`);
});

it('what nobody finds is not taken for the same', () => {
  expect(
    differenceOf([
      { server: 'one', answer: null },
      { server: 'other', answer: null },
    ]),
  ).toBeDefined();
});

it('an answer with errors is none', () => {
  expect(() => dataOf({ data: { product: null }, errors: [{ message: 'no' }] })).toThrow('not an answer');
  expect(dataOf({ data: { product: 1 } })).toEqual({ product: 1 });
});

it('rows of PostGraphile become what the others answer', () => {
  const row = {
    ...{ rowId: '1', name: 'Kettle', priceMinor: '1999', currencyCode: 'EUR', category: 'kitchen' },
    ...{ ratingHundredths: 450, images: ['a', 'b'], description: null, inventoryByProductId: { stock: 3 } },
  };
  expect(readListed(row)).toEqual({
    ...{ id: 'MTpQcm9kdWN0OjE', name: 'Kettle', price: { amount: '19.99', currencyCode: 'EUR' } },
    ...{ category: 'kitchen', rating: 4.5, mainImage: 'a', images: ['a', 'b'], description: null },
    inventory: { stock: 3, status: 'LOW_STOCK' },
  });
});
