import { totalOf } from '../../datasources/shop/orders.ts';
import { pageRequest, toConnection } from '../../schema/connection.ts';
import { idOf, toGlobalId } from '../../schema/global-id.ts';
import { formatMoney } from '../../schema/money.ts';
import type { Resolvers } from '../../schema/generated/resolvers.ts';
import { requireScope } from '../../src/context/require-scope.ts';
import { signedIn } from '../../src/context/signed-in.ts';
import { orNotFound, type FindNode } from '../node.ts';
import { toUserErrors } from '../user-errors.ts';

export const nodes: Readonly<Record<string, FindNode>> = {
  /** Only one's own: another's answers like one that does not exist. */
  Order: ({ data, viewer }, id) =>
    viewer.kind === 'signed-in' ? data.shop.orders.get(viewer.userId, id) : Promise.resolve(undefined),
};

export const resolvers: Resolvers = {
  Mutation: {
    checkOut: async (_parent, { input }, { data, viewer }) => {
      const me = signedIn(viewer);
      const payFrom = input.payFromAccountId;
      const payFromAccountId = payFrom == null ? undefined : idOf('Account', payFrom);
      if (payFromAccountId !== undefined) await requireScope(me, 'BANK');
      const outcome = await data.shop.checkOut({
        userId: me.userId,
        idempotencyKey: input.idempotencyKey,
        currencyCode: input.currencyCode ?? undefined,
        payFromAccountId,
      });
      if (!outcome.ok) return { order: null, userErrors: toUserErrors(outcome.refusals) };
      return { order: orNotFound(outcome.value), userErrors: [] };
    },
  },

  User: {
    orders: async (user, args, { data }) => {
      const request = pageRequest(args, 'orders');
      return toConnection(await data.shop.orders.list(user.id, request), request, 'orders', ({ id }) => id);
    },
  },

  Order: {
    id: ({ id }) => toGlobalId('Order', id),
    lines: ({ lines, currencyCode }) => lines.map((line) => ({ currencyCode, ...line })),
    total: (order) => formatMoney(totalOf(order)),
    payment: (order) => (order.payment === null ? null : { amount: totalOf(order), ...order.payment }),
  },

  OrderLine: {
    product: async ({ productId }, _args, { data }) => (await data.shop.products.get(productId)) ?? null,
    unitPrice: ({ unitPriceMinor, currencyCode }) =>
      formatMoney({ amountMinor: unitPriceMinor, currencyCode }),
    total: ({ unitPriceMinor, quantity, currencyCode }) =>
      formatMoney({ amountMinor: unitPriceMinor * BigInt(quantity), currencyCode }),
  },

  OrderPayment: {
    amount: ({ amount }) => formatMoney(amount),
    transaction: async ({ entryId }, _args, { data, viewer }) =>
      (await data.bank.transactions.find(signedIn(viewer).userId, entryId)) ?? null,
  },
};
