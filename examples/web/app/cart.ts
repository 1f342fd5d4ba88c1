import { formatMoney } from './amounts.ts';
import { button, h } from './dom.ts';
import {
  AddToCartDocument,
  CartDocument,
  SetCartQuantityDocument,
  type CartContentsFragment,
} from './generated/documents.ts';
import { GatewayFault } from './faults.ts';
import type { Session } from './session.ts';

/** What one means to buy; every change answers with the whole cart, and that is shown. */
export function createCart(session: Session) {
  const { gateway, notices } = session;
  const count = h('p', { className: 'hint' });
  const lines = h('ul', { className: 'lines' });
  const totals = h('p', { className: 'totals' });
  const element = h('aside', { className: 'cart card', 'aria-label': 'Cart' }, h('h2', {}, 'Cart'));
  element.append(count, lines, totals);

  const load = async () => {
    const { viewer } = await gateway.ask(CartDocument, {});
    if (viewer?.cart != null) show(viewer.cart);
  };

  function show({ itemCount, lines: items, totals: amounts }: CartContentsFragment): void {
    count.textContent = itemCount === 1 ? '1 item' : `${itemCount} items`;
    lines.replaceChildren(...items.map(line));
    totals.textContent = amounts.map(formatMoney).join(' + ');
  }

  function line({ product, quantity, total }: CartContentsFragment['lines'][number]): HTMLLIElement {
    const set = (next: number) => session.attempt(() => setQuantity(product.id, next));
    const fewer = button('−', () => set(quantity - 1));
    const more = button('+', () => set(quantity + 1));
    fewer.ariaLabel = `One ${product.name} less`;
    more.ariaLabel = `One more ${product.name}`;
    const amount = h('span', {}, formatMoney(total));
    const steps = h('span', { className: 'steps' }, fewer, h('output', {}, String(quantity)), more);
    return h('li', {}, h('span', {}, product.name), steps, amount);
  }

  function told(cart: CartContentsFragment | null, errors: readonly { readonly message: string }[]): void {
    notices.tell(errors.map(({ message }) => message).join(' '));
    if (cart !== null) show(cart);
  }

  /** Says how many there are to be; said twice, that is the same. */
  async function setQuantity(productId: string, quantity: number): Promise<void> {
    const { setCartQuantity } = await gateway.change(
      SetCartQuantityDocument,
      { productId, quantity },
      'always',
    );
    told(setCartQuantity.cart, setCartQuantity.userErrors);
  }

  /** One more on top of what is there, and so never asked again where it may have been done. */
  async function add(productId: string): Promise<void> {
    try {
      const { addToCart } = await gateway.change(AddToCartDocument, { productId }, 'if-refused');
      told(addToCart.cart, addToCart.userErrors);
    } catch (error) {
      // The cart says whether it was.
      if (error instanceof GatewayFault && error.fault.code === 'NO_ANSWER') await load();
      throw error;
    }
  }

  void session.attempt(load);
  return { element, add: (productId: string) => session.attempt(() => add(productId)) };
}
