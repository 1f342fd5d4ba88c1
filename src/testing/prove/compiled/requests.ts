import { request, type Request } from '../overhead/requests.ts';

/** What is asked most: one thing, a page of them with what hangs on each, and who one is. */
export const requestsFor = (token: string, productId: string): readonly Request[] => [
  request(
    'a product, from memory',
    'query Product($id: ID!) { product(id: $id) { id name price { amount currencyCode } inventory { stock status } } }',
    { variables: { id: productId } },
  ),
  request(
    '20 products with prices, pictures and stock',
    `query Products($first: Int) {
      products(first: $first) {
        edges {
          cursor
          node { id name category createdAt price { amount currencyCode } images description inventory { stock status } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }`,
    { variables: { first: 20 } },
  ),
  request(
    'a user’s own name, settings and sessions',
    `query Me {
      viewer {
        id username displayName email
        preferences { email sms push promotional }
        sessions(first: 5) { nodes { id createdAt isCurrent } }
      }
    }`,
    { token },
  ),
];
