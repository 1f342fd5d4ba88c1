import { formatMoney } from './amounts.ts';
import { createCart } from './cart.ts';
import { button, field, h } from './dom.ts';
import {
  CatalogueDocument,
  SearchDocument,
  type OfferFragment,
  type StockStatus,
} from './generated/documents.ts';
import type { Session } from './session.ts';

/** What is sold, newest first or by what is searched for, page by page; and the cart. */
export function shopView(session: Session): HTMLElement {
  const { gateway } = session;
  const words = h('input', { name: 'query', type: 'search', autocomplete: 'off' });
  const submit = h('button', { type: 'submit', className: 'primary' }, 'Search');
  const form = h('form', { className: 'search', role: 'search' }, field('Search products', words), submit);
  const count = h('p', { className: 'hint', role: 'status' });
  const list = h('ul', { className: 'offers' });
  const more = button('More products', () => session.attempt(loadPage));
  const cart = createCart(session);
  let query = '';
  let next: string | null = null;

  async function loadPage(): Promise<void> {
    const asked = query;
    const isFirst = next === null;
    const page = await find(asked, next);
    // Somebody who types fast has asked for something else meanwhile.
    if (asked !== query) return;
    if (isFirst) list.replaceChildren();
    list.append(...page.nodes.map(offer));
    next = page.pageInfo?.endCursor ?? null;
    more.hidden = page.pageInfo?.hasNextPage !== true;
    const total = page.total === undefined ? '' : ` of ${page.total}`;
    count.textContent =
      list.childElementCount === 0 ? 'Nothing found.' : `${list.childElementCount}${total} products`;
  }

  async function find(asked: string, after: string | null) {
    if (asked === '') {
      const { products } = await gateway.ask(CatalogueDocument, { after });
      return { nodes: products?.nodes ?? [], pageInfo: products?.pageInfo, total: undefined };
    }
    const { searchProducts } = await gateway.ask(SearchDocument, { query: asked, after });
    const { nodes = [], pageInfo, totalCount = 0, isTotalCapped = false } = searchProducts ?? {};
    return { nodes, pageInfo, total: isTotalCapped ? `more than ${totalCount}` : String(totalCount) };
  }

  function offer({ id, name, category, price, inventory }: OfferFragment): HTMLLIElement {
    const add = button('Add to cart', () => cart.add(id));
    add.ariaLabel = `Add ${name} to the cart`;
    const stock = inventory === null ? 'Stock is not known' : stockTexts[inventory.status];
    add.disabled = inventory?.status === 'OUT_OF_STOCK';
    return h(
      'li',
      { className: 'card' },
      h('small', { className: 'hint' }, category),
      h('strong', {}, name),
      h('span', {}, formatMoney(price)),
      h('small', { className: inventory?.status === 'IN_STOCK' ? 'plenty' : 'scarce' }, stock),
      add,
    );
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    query = words.value.trim();
    next = null;
    void session.attempt(loadPage);
  });
  void session.attempt(loadPage);
  const found = h('section', { 'aria-label': 'Products' }, form, count, list, more);
  return h('div', { className: 'columns shop' }, found, cart.element);
}

const stockTexts: Readonly<Record<StockStatus, string>> = {
  IN_STOCK: 'In stock',
  LOW_STOCK: 'Only a few left',
  OUT_OF_STOCK: 'Sold out',
};
