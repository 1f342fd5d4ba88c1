import { and } from '../../src/auth/shield.ts';
import { everybody, scoped, self, shopper, type Permissions } from '../../src/auth/rules.ts';

/** A visitor's cart is whose the token is; a user's is reached through the user alone. */
export const permissions = {
  Query: {
    cart: everybody,
  },
  Mutation: {
    addToCart: shopper,
    setCartQuantity: shopper,
    removeFromCart: shopper,
    clearCart: shopper,
  },
  User: {
    cart: and(self, scoped('SHOP')),
  },
  Cart: {
    lines: everybody,
    itemCount: everybody,
    totals: everybody,
  },
  CartLine: {
    product: everybody,
    quantity: everybody,
    total: everybody,
  },
  AddToCartPayload: {
    cart: everybody,
    cartToken: everybody,
    userErrors: everybody,
  },
  SetCartQuantityPayload: {
    cart: everybody,
    cartToken: everybody,
    userErrors: everybody,
  },
  RemoveFromCartPayload: {
    cart: everybody,
    cartToken: everybody,
    userErrors: everybody,
  },
  ClearCartPayload: {
    cart: everybody,
    cartToken: everybody,
    userErrors: everybody,
  },
} satisfies Permissions;
