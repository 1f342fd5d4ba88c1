import type { Client } from 'pg';
import { selectRanked } from '../../../../datasources/shop/ranking.ts';
import { normaliseQuery } from '../../../../datasources/shop/search-query.ts';
import { toGlobalId } from '../../../../schema/global-id.ts';
import type { Queryable } from '../../../database/sql.ts';
import type { Gateway } from '../../gateway.ts';

export const document = `query ($query: String!) {
  searchProducts(query: $query) { totalCount nodes { id name price { amount } } }
}`;

/** What a search found: global ids, the best first. */
export type Ask = (query: string) => Promise<readonly string[]>;

interface Data {
  readonly searchProducts: { readonly nodes: readonly { readonly id: string }[] };
}

export const through =
  (gateway: Gateway): Ask =>
  async (query) => {
    const { data, errors } = await gateway.query<Data>(document, { variables: { query } });
    if (data == null) throw new Error(`${query}: ${JSON.stringify(errors)}`);
    return data.searchProducts.nodes.map(({ id }) => id);
  };

/** A block as the gateway selects it. */
const blockSize = 100;
const pageSize = 20;

/** The gateway's own statement, and nothing else. */
export function straightFrom(client: Client): Ask {
  const db: Queryable = {
    rows: async <Row>({ name, text, values }: Parameters<Queryable['rows']>[0]) =>
      (await client.query({ name, text, values: [...values] })).rows as Row[],
  };
  return async (query) => {
    const [found] = await selectRanked(db, [{ query: normaliseQuery(query), skipped: 0, most: blockSize }]);
    return (found?.ids ?? []).slice(0, pageSize).map((id) => toGlobalId('Product', id));
  };
}
