import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../src/errors/domain-error.ts';
import { pageRequest, toConnection } from './connection.ts';

/** Any UTF-16, halves of surrogate pairs included. */
const anyText = fc.uint16Array().map((units) => String.fromCharCode(...units));
const key = fc.bigInt({ min: 1n, max: 10n ** 18n - 1n }).map(String);
const list = fc.constantFrom('products', 'sessions', 'messages');
const keyOf = (item: string) => item;
const cursorOf = (item: string, of: string) =>
  toConnection({ items: [item], hasNextPage: false }, { limit: 1, after: undefined }, of, keyOf).edges[0]
    ?.cursor;

const refusalOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'BAD_USER_INPUT') return error.message;
    throw error;
  }
};

describe('the page that is asked for', () => {
  it.each([undefined, null])('has 20 items from the start where the arguments are %s', (nothing) => {
    expect(pageRequest({ first: nothing, after: nothing }, 'products')).toEqual({
      limit: 20,
      after: undefined,
    });
  });

  it('has as many items as are asked for, 1 to 100', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (first) => {
        expect(pageRequest({ first }, 'products').limit).toBe(first);
      }),
    );
  });

  it('of any other size is refused, with the range', () => {
    const other = fc.oneof(fc.integer({ max: 0 }), fc.integer({ min: 101 }));
    fc.assert(
      fc.property(other, (first) => {
        expect(refusalOf(() => pageRequest({ first }, 'products'))).toMatch(/between 1 and 100/);
      }),
    );
  });

  it('starts after the item whose cursor is given', () => {
    fc.assert(
      fc.property(key, list, (item, of) => {
        expect(pageRequest({ after: cursorOf(item, of) }, of).after).toBe(item);
      }),
    );
  });

  it('is refused with a cursor of another list', () => {
    fc.assert(
      fc.property(key, list, list, (item, of, other) => {
        fc.pre(of !== other);
        expect(refusalOf(() => pageRequest({ after: cursorOf(item, of) }, other))).toBeDefined();
      }),
    );
  });

  it('is refused with anything that is no cursor, and never starts at what no cursor says', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.base64String()), (after) => {
        expect(refusalOf(() => pageRequest({ after }, 'products'))).toBeDefined();
      }),
    );
  });
});

describe('a connection', () => {
  it('holds each item once as a node and once in its edge, with both ends as cursors', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { minLength: 1, maxLength: 100 }),
        fc.boolean(),
        (items, hasNextPage) => {
          const connection = toConnection(
            { items, hasNextPage },
            { limit: 100, after: undefined },
            'products',
            keyOf,
          );
          expect(connection.nodes).toEqual(items);
          expect(connection.edges.map(({ node }) => node)).toEqual(items);
          expect(connection.pageInfo).toEqual({
            hasNextPage,
            hasPreviousPage: false,
            startCursor: connection.edges[0]?.cursor,
            endCursor: connection.edges.at(-1)?.cursor,
          });
        },
      ),
    );
  });

  it('that is empty has no cursors', () => {
    const { pageInfo } = toConnection(
      { items: [], hasNextPage: false },
      { limit: 1, after: '5' },
      'products',
      keyOf,
    );
    expect(pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: true,
      startCursor: null,
      endCursor: null,
    });
  });
});
