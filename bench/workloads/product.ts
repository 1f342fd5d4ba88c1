import { toGlobalId } from '../../schema/global-id.ts';
import { idAt } from '../data/population.ts';
import { readProduct } from './postgraphile.ts';
import { dataOf, query, type Workload } from './workload.ts';

const text = `query Product($id: ID!) {
  product(id: $id) { id name price { amount currencyCode } category rating mainImage }
}`;

const postgraphileText = `query Product($id: BigInt!) {
  productByRowId(rowId: $id) { rowId name priceMinor currencyCode category ratingHundredths images }
}`;

export const product: Workload = {
  name: 'product',
  about: 'One product of the catalogue, for anybody.',
  keys: ({ products }) => products.count,
  request({ population: { products }, place, dialect }) {
    const id = idAt(products, place);
    return dialect === 'postgraphile'
      ? query(postgraphileText, { id })
      : query(text, { id: toGlobalId('Product', id) });
  },
  read(body, dialect) {
    const data = dataOf(body);
    return dialect === 'postgraphile' ? readProduct(data['productByRowId']) : data['product'];
  },
};
