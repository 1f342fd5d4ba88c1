import type { Request } from '../overhead/requests.ts';

export interface Asked extends Request {
  readonly name: string;
}

const card = 'id name price { amount currencyCode } category rating mainImage createdAt';

/** What everybody may ask for: a small answer, and one of some kilobytes. */
export function requestsFor(productIds: readonly string[]): readonly Asked[] {
  const [first = ''] = productIds;
  const many = productIds.map((id, index) => `p${index}: product(id: "${id}") { ${card} }`).join(' ');
  return [
    asked('one', 'one product', `query One($id: ID!) { product(id: $id) { ${card} } }`, { id: first }),
    asked('many', 'twenty products', `query Many { ${many} }`),
  ];
}

function asked(name: string, what: string, text: string, variables = {}): Asked {
  return { name, what, text, body: JSON.stringify({ query: text, variables }), headers: [] };
}
