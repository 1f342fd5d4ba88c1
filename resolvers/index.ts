import { scalars } from '../schema/scalars.ts';
import type { Resolvers } from '../schema/generated/resolvers.ts';
import { everybody, type Permissions } from '../src/auth/rules.ts';
import * as bank from './bank/index.ts';
import { permissions as bankPermissions } from './bank/permissions.ts';
import * as chats from './chats/index.ts';
import { permissions as chatsPermissions } from './chats/permissions.ts';
import * as presence from './chats/presence.ts';
import { permissions as presencePermissions } from './chats/presence-permissions.ts';
import * as typing from './chats/typing.ts';
import * as edge from './edge/index.ts';
import { permissions as edgePermissions } from './edge/permissions.ts';
import * as links from './links/index.ts';
import { permissions as linksPermissions } from './links/permissions.ts';
import { createNodeResolvers } from './node.ts';
import * as notifications from './notifications/index.ts';
import { permissions as notificationsPermissions } from './notifications/permissions.ts';
import * as cart from './shop/cart.ts';
import { permissions as cartPermissions } from './shop/cart-permissions.ts';
import * as shop from './shop/index.ts';
import * as orders from './shop/orders.ts';
import { permissions as ordersPermissions } from './shop/orders-permissions.ts';
import { permissions as shopPermissions } from './shop/permissions.ts';
import * as search from './shop/search.ts';
import { permissions as searchPermissions } from './shop/search-permissions.ts';
import * as users from './users/index.ts';
import { permissions as usersPermissions } from './users/permissions.ts';

const base: Resolvers = {
  ...scalars,
  Query: createNodeResolvers({
    ...users.nodes,
    ...notifications.nodes,
    ...chats.nodes,
    ...shop.nodes,
    ...orders.nodes,
    ...bank.nodes,
    ...links.nodes,
  }),
};

const basePermissions = {
  Query: {
    node: everybody,
    nodes: everybody,
  },
  PageInfo: {
    hasNextPage: everybody,
    hasPreviousPage: everybody,
    startCursor: everybody,
    endCursor: everybody,
  },
  Money: {
    amount: everybody,
    currencyCode: everybody,
  },
  UserError: {
    code: everybody,
    message: everybody,
    field: everybody,
  },
} satisfies Permissions;

/** All domains, one line each. */
export const resolvers: readonly Resolvers[] = [
  base,
  users.resolvers,
  notifications.resolvers,
  chats.resolvers,
  presence.resolvers,
  typing.resolvers,
  shop.resolvers,
  search.resolvers,
  orders.resolvers,
  bank.resolvers,
  cart.resolvers,
  links.resolvers,
  edge.resolvers,
];
export const permissions = joined(
  basePermissions,
  usersPermissions,
  notificationsPermissions,
  chatsPermissions,
  presencePermissions,
  shopPermissions,
  searchPermissions,
  ordersPermissions,
  bankPermissions,
  cartPermissions,
  linksPermissions,
  edgePermissions,
);

/** Root types are spread over the domains, so their fields are joined; a field twice is a mistake. */
function joined(...domains: readonly Permissions[]): Permissions {
  const all: Record<string, Record<string, Permissions[string][string]>> = {};
  for (const domain of domains) {
    for (const [type, fields] of Object.entries(domain)) {
      const known = (all[type] ??= {});
      for (const [field, rule] of Object.entries(fields)) {
        if (Object.hasOwn(known, field)) throw new Error(`two permissions for ${type}.${field}`);
        known[field] = rule;
      }
    }
  }
  return all;
}
