import { randomBytes } from 'node:crypto';
import { onServer } from '../../database.ts';
import { ask } from './asking.ts';

/** Somebody who may edit the catalogue, with a product, a list and a profile that nobody else changes. */
export interface Writer {
  readonly session: string;
  readonly userId: string;
  readonly productId: string;
  /** Begins the names of its categories. */
  readonly name: string;
}

/** Signs them up through a gateway, before the replica is made to lag. */
export async function createWriters(
  url: string,
  primaryUrl: string,
  productIds: readonly string[],
): Promise<readonly Writer[]> {
  const writers: Writer[] = [];
  for (const productId of productIds) {
    const name = `w_${randomBytes(6).toString('hex')}`;
    const { data } = await ask<{ signUp: { token: string; user: { id: string } } }>(url, {
      document: 'mutation ($input: SignUpInput!) { signUp(input: $input) { token user { id } } }',
      variables: { input: { username: name, password: 'long enough' } },
    });
    writers.push({ session: data.signUp.token, userId: data.signUp.user.id, productId, name });
  }
  // Before any of their sessions is read and cached with the role.
  await onServer(primaryUrl, `UPDATE users SET role = 'ADMIN' WHERE username LIKE 'w\\_%'`);
  return writers;
}
