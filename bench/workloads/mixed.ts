import { toGlobalId } from '../../schema/global-id.ts';
import { formatMoney } from '../../schema/money.ts';
import { idAt, type Span } from '../data/population.ts';
import { readProduct } from './postgraphile.ts';
import { dataOf, query, type Asked, type Workload } from './workload.ts';

const readText = `query Product($id: ID!) {
  product(id: $id) { id name price { amount currencyCode } category rating mainImage }
}`;
const writeText = `mutation Reprice($input: UpdateProductInput!) {
  updateProduct(input: $input) { product { id price { amount currencyCode } } userErrors { code } }
}`;
const postgraphileReadText = `query Product($id: BigInt!) {
  productByRowId(rowId: $id) { rowId name priceMinor currencyCode category ratingHundredths images }
}`;
const postgraphileWriteText = `mutation Reprice($input: UpdateProductByRowIdInput!) {
  updateProductByRowId(input: $input) { product { rowId priceMinor currencyCode } }
}`;

const ownProducts = ({ population, server }: Pick<Asked, 'population' | 'server'>): Span =>
  population.ownProducts[server] ?? population.products;

/** Every write raises a price, so that an answer tells of which write it is. */
export const mixed: Workload = {
  name: 'mixed',
  about: 'One product, and in 10 of 100 requests a new price for one.',
  keys: (population, server) => ownProducts({ population, server }).count,
  request(asked) {
    const id = idAt(ownProducts(asked), asked.place);
    return asked.dialect === 'postgraphile'
      ? query(postgraphileReadText, { id })
      : query(readText, { id: toGlobalId('Product', id) });
  },
  read(body, dialect) {
    const data = dataOf(body);
    const found = dialect === 'postgraphile' ? readProduct(data['productByRowId']) : data['product'];
    return { ...(found as object), id: 'its own' };
  },
  writes: {
    share: 0.1,
    request(asked, priceMinor) {
      const id = idAt(ownProducts(asked), asked.place);
      const { adminToken } = asked.population;
      if (asked.dialect === 'postgraphile') {
        const patch = { priceMinor: String(priceMinor), currencyCode: 'EUR' };
        return query(postgraphileWriteText, { input: { rowId: id, productPatch: patch } }, adminToken);
      }
      const price = formatMoney({ amountMinor: BigInt(priceMinor), currencyCode: 'EUR' });
      return query(writeText, { input: { id: toGlobalId('Product', id), price } }, adminToken);
    },
    priceIn(body, dialect) {
      const pattern = dialect === 'postgraphile' ? /"priceMinor":"(\d+)"/ : /"amount":"([\d.]+)"/;
      const found = pattern.exec(body)?.[1]?.replace('.', '');
      return found === undefined ? undefined : Number(found);
    },
  },
};
