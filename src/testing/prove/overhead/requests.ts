/** An operation as it is sent. */
export interface Request {
  readonly what: string;
  readonly text: string;
  /** The whole of it, JSON. */
  readonly body: string;
  readonly headers: readonly string[];
}

export function request(what: string, text: string, { variables = {}, token = '' } = {}): Request {
  return {
    ...{ what, text, body: JSON.stringify({ query: text, variables }) },
    headers: token === '' ? [] : [`Authorization: Bearer ${token}`],
  };
}

/** Cheap ones, such as a page sends several of: of a user, of somebody, and of nothing at all. */
export const requestsFor = (token: string, productId: string) => ({
  signedIn: request('a user’s own name', 'query Me { viewer { id username displayName } }', { token }),
  anonymous: request(
    'a product for anybody, from memory',
    'query Product($id: ID!) { product(id: $id) { id name price { amount currencyCode } } }',
    { variables: { id: productId } },
  ),
  bare: request('nothing for anybody: { __typename }', '{ __typename }'),
});
