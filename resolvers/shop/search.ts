import type { SearchResult } from '../../datasources/shop/search.ts';
import { pageRequest, toConnection } from '../../schema/connection.ts';
import type { Resolvers } from '../../schema/generated/resolvers.ts';

export const resolvers: Resolvers = {
  Query: {
    searchProducts: (_parent, { query, ...page }, { data }) =>
      data.shop.search.find(query, pageRequest(page, 'search')),
  },

  ProductSearchConnection: {
    edges: (result) => connectionOf(result).edges.map(({ cursor, node }) => ({ cursor, node: node.product })),
    nodes: ({ page }) => page.items.map(({ product }) => product),
    pageInfo: (result) => connectionOf(result).pageInfo,
    totalCount: ({ total }) => total,
  },
};

/** The place in the ranking, which counts also what has gone, is the cursor. */
const connectionOf = ({ page, request }: SearchResult) =>
  toConnection(page, request, 'search', ({ place }) => String(place));
