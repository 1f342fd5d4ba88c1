import { randomBytes } from 'node:crypto';
import { idOf, toGlobalId } from '../../../../schema/global-id.ts';
import { openFunded } from '../../bank.ts';
import { postQuery } from '../../gateway.ts';

/** Somebody with one account. */
export interface Customer {
  readonly token: string;
  readonly accountKey: string;
  /** Global id. */
  readonly accountId: string;
}

const password = 'long enough for all';

/** Signs them up through a gateway, and pays in so much, in minor units. */
export async function createCustomers(
  url: string,
  primaryUrl: string,
  funds: readonly bigint[],
): Promise<readonly Customer[]> {
  const customers: Customer[] = [];
  for (const amountMinor of funds) {
    const input = { username: `c_${randomBytes(6).toString('hex')}`, password };
    const { data, errors } = await postQuery<{ signUp: { token: string; user: { id: string } } }>(
      url,
      'mutation ($input: SignUpInput!) { signUp(input: $input) { token user { id } } }',
      { variables: { input } },
    );
    if (data == null) throw new Error(`nobody signed up: ${JSON.stringify(errors)}`);
    const accountKey = await openFunded(primaryUrl, idOf('User', data.signUp.user.id), amountMinor);
    const accountId = toGlobalId('Account', accountKey);
    customers.push({ token: data.signUp.token, accountKey, accountId });
  }
  return customers;
}

/** For all gateways of one name: the scope lies in their Redis. */
export async function openScopes(url: string, customers: readonly Customer[]): Promise<void> {
  for (const { token } of customers) {
    const { errors } = await postQuery(
      url,
      'mutation ($input: StepUpInput!) { stepUp(input: $input) { session { id } } }',
      { variables: { input: { password } }, token },
    );
    if (errors.length > 0) throw new Error(`no scope: ${JSON.stringify(errors)}`);
  }
}
