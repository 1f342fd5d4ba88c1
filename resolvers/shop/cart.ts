import type { CartRefusal, Edited, Shopper } from '../../datasources/shop/cart-edits.ts';
import { countOf, totalOf, totalsOf } from '../../datasources/shop/cart-items.ts';
import { idOf } from '../../schema/global-id.ts';
import { formatMoney } from '../../schema/money.ts';
import type { Resolvers } from '../../schema/generated/resolvers.ts';
import type { Viewer } from '../../src/auth/viewer.ts';
import type { Outcome } from '../../src/errors/refusal.ts';
import { orNotFound } from '../node.ts';
import { toUserErrors } from '../user-errors.ts';

export const resolvers: Resolvers = {
  Query: {
    cart: async (_parent, { token }, { data }) => orNotFound(await data.shop.cart.ofVisitor(token)),
  },

  Mutation: {
    addToCart: async (_parent, { input }, { data, viewer }) =>
      toPayload(
        await data.shop.cart.add(
          shopperOf(viewer, input.cartToken),
          idOf('Product', input.productId),
          input.quantity,
        ),
      ),
    setCartQuantity: async (_parent, { input }, { data, viewer }) =>
      toPayload(
        await data.shop.cart.setQuantity(
          shopperOf(viewer, input.cartToken),
          idOf('Product', input.productId),
          input.quantity,
        ),
      ),
    removeFromCart: async (_parent, { input }, { data, viewer }) =>
      toChange(
        await data.shop.cart.remove(shopperOf(viewer, input.cartToken), idOf('Product', input.productId)),
      ),
    clearCart: async (_parent, { input }, { data, viewer }) =>
      toChange(await data.shop.cart.clear(shopperOf(viewer, input.cartToken))),
  },

  User: {
    cart: (user, _args, { data }) => data.shop.cart.ofUser(user.id),
  },

  Cart: {
    lines: (cart, _args, { data }) => data.shop.cart.itemsOf(cart),
    itemCount: async (cart, _args, { data }) => countOf(await data.shop.cart.itemsOf(cart)),
    totals: async (cart, _args, { data }) =>
      totalsOf(await data.shop.cart.itemsOf(cart)).map((total) => formatMoney(total)),
  },

  CartLine: {
    total: (item) => formatMoney(totalOf(item)),
  },
};

function shopperOf(viewer: Viewer, cartToken: string | null | undefined): Shopper {
  return viewer.kind === 'signed-in'
    ? { kind: 'user', userId: viewer.userId }
    : { kind: 'visitor', token: cartToken ?? undefined };
}

const toPayload = (outcome: Outcome<Edited, CartRefusal>) =>
  outcome.ok
    ? toChange(outcome.value)
    : { cart: null, cartToken: null, userErrors: toUserErrors(outcome.refusals) };

const toChange = ({ cart, token }: Edited) => ({ cart, cartToken: token ?? null, userErrors: [] });
