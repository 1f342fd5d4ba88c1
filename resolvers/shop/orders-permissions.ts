import { allOf, owner, scoped, self, type Permissions } from '../../src/auth/rules.ts';

const shopping = scoped('SHOP');
const ownOrders = allOf(self, shopping);
const ownOrder = allOf(owner, shopping);

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
    transaction: scoped('BANK'),
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
