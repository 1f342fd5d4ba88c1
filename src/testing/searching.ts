import { expect } from 'vitest';
import { onServer } from './database.ts';
import type { World } from './world.ts';

interface Search {
  readonly searchProducts: {
    readonly nodes: readonly {
      readonly name: string;
      readonly price: { readonly amount: string };
      readonly inventory: { readonly stock: number };
    }[];
    readonly edges: readonly { readonly cursor: string; readonly node: { readonly name: string } }[];
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly endCursor: string | null;
    };
    readonly totalCount: number;
    readonly isTotalCapped: boolean;
  };
}

interface PageOf {
  readonly first?: number;
  readonly after?: string | undefined;
}

/** What clients search for in a world, and the rows to be found there. */
export function createSearching(world: World) {
  const ask = (query: string, page: PageOf = {}, gateway = world.gateway) =>
    gateway.query<Search>(
      `query ($query: String!, $first: Int, $after: Cursor) {
        searchProducts(query: $query, first: $first, after: $after) {
          nodes { name price { amount } inventory { stock } } edges { cursor node { name } }
          pageInfo { hasNextPage hasPreviousPage endCursor } totalCount isTotalCapped
        }
      }`,
      { variables: { query, ...page } },
    );

  async function search(...args: Parameters<typeof ask>) {
    const { data, errors } = await ask(...args);
    expect(errors).toEqual([]);
    if (data == null) throw new Error('no answer');
    return data.searchProducts;
  }

  const namesOf = async (...args: Parameters<typeof ask>) =>
    (await search(...args)).nodes.map(({ name }) => name);

  /** Rows past the gateway; name, category and description. Resolves to their keys. */
  async function stocked(
    ...rows: readonly (readonly [name: string, category?: string, description?: string])[]
  ) {
    const made = await onServer<{ id: string }>(
      world.database.primaryUrl,
      `WITH made AS (
         INSERT INTO products (name, price_minor, currency_code, category, description, created_at)
         SELECT name, 1000, 'EUR', category, description, now() - interval '2 days'
         FROM unnest($1::text[], $2::text[], $3::text[]) AS t (name, category, description) RETURNING id)
       INSERT INTO inventory SELECT id, 5 FROM made RETURNING product_id::text AS id`,
      [0, 1, 2].map((part) => rows.map((row) => row[part] ?? 'other')),
    );
    await world.database.replicated();
    return made.map(({ id }) => id);
  }

  return { ask, search, namesOf, stocked };
}

export type Searching = ReturnType<typeof createSearching>;
