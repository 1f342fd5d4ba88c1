import { violatedConstraint } from '../../src/database/failures.ts';
import type { Queryable } from '../../src/database/sql.ts';
import { DomainError } from '../../src/errors/domain-error.ts';
import { about, done, refused, type Outcome } from '../../src/errors/refusal.ts';
import type { Turns } from '../../src/limits/turns.ts';
import type { Store } from '../../src/store/store.ts';
import { isCartToken, newCartToken, userOwner, visitorOwner, type CartOwner } from './cart-owner.ts';
import { deleteLine, deleteLines, putLine } from './cart-lines.ts';
import { cartTurn, openCart, raiseCart, type RaisedCart } from './cart-rows.ts';
import { cartPolicy, emptyCart, type Cart, type CartLine } from './carts.ts';

/** Who edits a cart: a user their own, anybody else the one that the token stands for. */
export type Shopper =
  | { readonly kind: 'user'; readonly userId: string; readonly token?: undefined }
  | { readonly kind: 'visitor'; readonly token: string | undefined };

/** A cart after an edit. */
export interface Edited {
  readonly cart: Cart;
  /** What a visitor finds the cart by; undefined for a user. */
  readonly token: string | undefined;
}

export type CartRefusal = 'INVALID_QUANTITY' | 'CART_FULL' | 'UNKNOWN_PRODUCT';

/** Of one product in one cart; the table knows it too, as it knows how many products there may be. */
export const mostOfOne = 999;

/**
 * Edits of a cart: each one statement about one line, behind one that locks the cart and raises its version. The line's
 * statement begins under the lock, so that what it reads back is the whole cart, and is written through.
 *
 * They reject with `BAD_USER_INPUT` for a token that cannot be one, and with `NOT_FOUND` for one that stands for no cart.
 */
export function createCartEdits({ store, turns }: { readonly store: Store; readonly turns: Turns }) {
  async function edit(shopper: Shopper, lock: LockCart, change: ChangeLines): Promise<Edited> {
    const owner = ownerOf(shopper);
    const cart = await turns.take(cartTurn(owner), () =>
      store.write(async (tx, changed) => {
        const raised = await lock(tx, owner);
        if (raised === undefined) return undefined;
        const edited: Cart = { version: raised.version, lines: [...(await change(tx, raised.id))] };
        changed.to(cartPolicy, owner, edited);
        return edited;
      }),
    );
    if (cart === undefined && shopper.kind === 'visitor') throw noSuchCart();
    return { cart: cart ?? emptyCart, token: shopper.token };
  }

  async function put(
    shopper: Shopper,
    lock: LockCart,
    line: { readonly productId: string; readonly quantity: number; readonly adds: boolean },
  ): Promise<Outcome<Edited, CartRefusal>> {
    try {
      return done(await edit(shopper, lock, (tx, cartId) => putLine(tx, { ...line, cartId })));
    } catch (error) {
      return refusedByTable(error);
    }
  }

  const remove = (shopper: Shopper, productId: string): Promise<Edited> =>
    edit(shopper, raiseCart, (tx, cartId) => deleteLine(tx, cartId, productId));

  return {
    /** Adds to what is there. A visitor without a token gets a new cart. */
    async add(shopper: Shopper, productId: string, quantity: number): Promise<Outcome<Edited, CartRefusal>> {
      if (quantity < 1 || quantity > mostOfOne) return refused(invalidQuantity(1));
      const line = { productId, quantity, adds: true };
      if (shopper.kind === 'user') return put(shopper, openCart, line);
      if (shopper.token !== undefined) return put(shopper, raiseCart, line);
      return put({ ...shopper, token: newCartToken() }, openCart, line);
    },

    /** Puts so many there, whatever there was; none removes. */
    async setQuantity(
      shopper: Shopper,
      productId: string,
      quantity: number,
    ): Promise<Outcome<Edited, CartRefusal>> {
      if (quantity < 0 || quantity > mostOfOne) return refused(invalidQuantity(0));
      if (quantity === 0) return done(await remove(shopper, productId));
      const lock = shopper.kind === 'user' ? openCart : raiseCart;
      return put(shopper, lock, { productId, quantity, adds: false });
    },

    /** What is not there is removed already. */
    remove,

    clear: (shopper: Shopper): Promise<Edited> => edit(shopper, raiseCart, deleteLines),
  };
}

type LockCart = (tx: Queryable, owner: CartOwner) => Promise<RaisedCart | undefined>;
type ChangeLines = (tx: Queryable, cartId: string) => Promise<readonly CartLine[]>;

/** Throws `BAD_USER_INPUT` where it is nobody's. */
function ownerOf(shopper: Shopper): CartOwner {
  if (shopper.kind === 'user') return userOwner(shopper.userId);
  if (shopper.token === undefined)
    throw new DomainError('BAD_USER_INPUT', 'Sign in, or send the cartToken that addToCart has answered.');
  return visitorOwner(checkToken(shopper.token));
}

/** Throws `BAD_USER_INPUT` for what `addToCart` cannot have answered. */
export function checkToken(token: string): string {
  if (!isCartToken(token)) throw new DomainError('BAD_USER_INPUT', 'This is not a token of a cart.');
  return token;
}

/** Merged into a user's, or too long unused. */
const noSuchCart = () =>
  new DomainError('NOT_FOUND', 'There is no cart of this token any more; leave it out to begin a new one.');

/** What the tables know to refuse; then nothing was written. Throws any other error as it is. */
function refusedByTable(error: unknown): Outcome<never, CartRefusal> {
  switch (violatedConstraint(error) ?? 'none') {
    case 'cart_lines_quantity':
      return refused(invalidQuantity(1));
    case 'cart_lines_in_one_cart':
      return refused(about('productId', 'CART_FULL', 'A cart holds 100 different products.'));
    case 'cart_lines_product':
      return refused(about('productId', 'UNKNOWN_PRODUCT', 'There is no such product.'));
    default:
      throw error;
  }
}

const invalidQuantity = (least: number) =>
  about('quantity', 'INVALID_QUANTITY', `A cart holds ${least} to ${mostOfOne} of one product.`);
