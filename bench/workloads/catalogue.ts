import { categoryAt } from '../data/population.ts';
import { readCatalogued } from './postgraphile.ts';
import { dataOf, query, type Workload } from './workload.ts';

const text = `query Catalogue($category: String!) {
  products(category: $category, first: 20) {
    nodes { id name price { amount currencyCode } category rating mainImage images description }
  }
}`;

const postgraphileText = `query Catalogue($category: String!) {
  allProducts(condition: { category: $category }, first: 20, orderBy: ROW_ID_DESC) {
    nodes { rowId name priceMinor currencyCode category ratingHundredths images description }
  }
}`;

/** The list without what must never be old: a stock is asked for each time, whatever is kept of the rest. */
export const catalogue: Workload = {
  name: 'catalogue',
  about: 'The same 20 products without their stocks, which must never be old: two loaders.',
  keys: ({ categories }) => categories,
  request: ({ place, dialect }) =>
    query(dialect === 'postgraphile' ? postgraphileText : text, { category: categoryAt(place) }),
  read(body, dialect) {
    const data = dataOf(body);
    if (dialect !== 'postgraphile') return (data['products'] as { readonly nodes: unknown }).nodes;
    return (data['allProducts'] as { readonly nodes: readonly unknown[] }).nodes.map(readCatalogued);
  },
};
