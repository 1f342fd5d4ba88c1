import { everybody, type Permissions } from '../../src/auth/rules.ts';

export const permissions = {
  Query: {
    searchProducts: everybody,
  },
  ProductSearchConnection: {
    edges: everybody,
    nodes: everybody,
    pageInfo: everybody,
    totalCount: everybody,
    isTotalCapped: everybody,
  },
} satisfies Permissions;
