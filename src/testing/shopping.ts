import { idOf, toGlobalId } from '../../schema/global-id.ts';
import { postQuery, type Answer } from './gateway.ts';

/** Who edits a cart: somebody signed in, or whoever has the token of a cart. */
export interface CartHolder {
  readonly token?: string | undefined;
  readonly cartToken?: string | undefined;
}

/** Product and quantity, in the order of the cart. */
export type Lines = readonly (readonly [productId: string, quantity: number])[];

/** What came of an edit, of the request as a whole, or of its refusal. */
export interface EditedCart {
  readonly lines: Lines;
  readonly cartToken: string | null;
  readonly userErrors: readonly { readonly code: string; readonly field: readonly string[] | null }[];
  /** In `errors`. */
  readonly code: string | undefined;
}

interface CartAnswer {
  readonly lines: readonly { readonly product: { readonly id: string }; readonly quantity: number }[];
}

interface Payload {
  readonly cart: CartAnswer | null;
  readonly cartToken: string | null;
  readonly userErrors: EditedCart['userErrors'];
}

/** What clients do with carts, each through one request to the gateway at `url`. Products by their keys in the table. */
export function createShopping(url: string) {
  async function edit(name: string, { token, cartToken }: CartHolder, input: object): Promise<EditedCart> {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const { data, errors } = await postQuery<Record<string, Payload>>(
      url,
      `mutation ($input: ${type}!) {
        ${name}(input: $input) {
          cart { lines { product { id } quantity } } cartToken userErrors { code field }
        }
      }`,
      { token, variables: { input: { ...input, cartToken } } },
    );
    const payload = data?.[name];
    return {
      lines: linesOf(payload?.cart),
      cartToken: payload?.cartToken ?? null,
      userErrors: payload?.userErrors ?? [],
      code: errors[0]?.extensions.code,
    };
  }

  const productId = (key: string) => toGlobalId('Product', key);

  return {
    add: (who: CartHolder, product: string, quantity = 1) =>
      edit('addToCart', who, { productId: productId(product), quantity }),
    set: (who: CartHolder, product: string, quantity: number) =>
      edit('setCartQuantity', who, { productId: productId(product), quantity }),
    remove: (who: CartHolder, product: string) =>
      edit('removeFromCart', who, { productId: productId(product) }),
    clear: (who: CartHolder) => edit('clearCart', who, {}),

    /** The cart of whoever is signed in, else that of the token; undefined where the answer has none. */
    async look({ token, cartToken }: CartHolder): Promise<Lines | undefined> {
      const fields = '{ lines { product { id } quantity } }';
      const answer: Answer<{
        readonly viewer?: { readonly cart: CartAnswer | null };
        readonly cart?: CartAnswer | null;
      }> =
        token === undefined
          ? await postQuery(url, `query ($token: String!) { cart(token: $token) ${fields} }`, {
              variables: { token: cartToken ?? '' },
            })
          : await postQuery(url, `{ viewer { cart ${fields} } }`, { token });
      const cart = answer.data?.viewer?.cart ?? answer.data?.cart;
      return cart == null ? undefined : linesOf(cart);
    },
  };
}

export type Shopping = ReturnType<typeof createShopping>;

const linesOf = (cart: CartAnswer | null | undefined): Lines =>
  (cart?.lines ?? []).map(({ product, quantity }) => [idOf('Product', product.id), quantity]);
