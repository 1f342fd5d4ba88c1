import { categoryAt } from '../data/population.ts';
import { readListed } from './postgraphile.ts';
import { dataOf, query, type Workload } from './workload.ts';

const text = `query Products($category: String!) {
  products(category: $category, first: 20) {
    nodes {
      id name price { amount currencyCode } category rating mainImage
      images description
      inventory { stock status }
    }
  }
}`;

const postgraphileText = `query Products($category: String!) {
  allProducts(condition: { category: $category }, first: 20, orderBy: ROW_ID_DESC) {
    nodes {
      rowId name priceMinor currencyCode category ratingHundredths images description
      inventoryByProductId { stock }
    }
  }
}`;

export const list: Workload = {
  name: 'list',
  about: '20 products of a category, each with its details and its stock: three loaders.',
  keys: ({ categories }) => categories,
  request({ place, dialect }) {
    const category = categoryAt(place);
    return query(dialect === 'postgraphile' ? postgraphileText : text, { category });
  },
  read(body, dialect) {
    const data = dataOf(body);
    if (dialect !== 'postgraphile') return (data['products'] as { readonly nodes: unknown }).nodes;
    return (data['allProducts'] as { readonly nodes: readonly unknown[] }).nodes.map(readListed);
  },
};
