import { owner, scoped, self, type Permissions } from '../../src/auth/rules.ts';
import { and } from '../../src/auth/shield.ts';

const shopping = scoped('SHOP');
const ownOrders = and(self, shopping);
const ownOrder = and(owner, shopping);

export const permissions = {
  Mutation: {
    checkOut: shopping,
  },
  User: {
    orders: ownOrders,
  },
  Order: {
    id: ownOrder,
    status: ownOrder,
    lines: ownOrder,
    total: ownOrder,
    placedAt: ownOrder,
    payment: ownOrder,
  },
  OrderLine: {
    product: shopping,
    name: shopping,
    quantity: shopping,
    unitPrice: shopping,
    total: shopping,
  },
  OrderPayment: {
    amount: shopping,
    paidAt: shopping,
  },
  OrderConnection: {
    edges: shopping,
    nodes: shopping,
    pageInfo: shopping,
  },
  OrderEdge: {
    cursor: shopping,
    node: shopping,
  },
  CheckOutPayload: {
    order: shopping,
    userErrors: shopping,
  },
} satisfies Permissions;
