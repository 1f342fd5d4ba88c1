import type { Dependencies } from '../dependencies.ts';
import { checkToken, createCartEdits } from './cart-edits.ts';
import { itemsOf, type CartItem } from './cart-items.ts';
import { createCartMerge } from './cart-merge.ts';
import { userOwner, visitorOwner } from './cart-owner.ts';
import { cachedCarts, emptyCart, type Cart } from './carts.ts';
import { createProducts } from './products.ts';

/** Carts: of users, and of visitors who have a token for theirs. */
export function createCart(dependencies: Dependencies) {
  const carts = cachedCarts(dependencies.store);
  const products = createProducts(dependencies);
  return {
    ofUser: async (userId: string): Promise<Cart> => (await carts.load(userOwner(userId))) ?? emptyCart,

    /** Undefined where the token stands for none. Rejects with `BAD_USER_INPUT` for what cannot be a token. */
    ofVisitor: async (token: string): Promise<Cart | undefined> =>
      carts.load(visitorOwner(checkToken(token))),

    itemsOf: (cart: Cart): Promise<readonly CartItem[]> => itemsOf(cart, products.getMany),

    merge: createCartMerge(dependencies),
    checkToken,

    ...createCartEdits(dependencies),
  };
}
