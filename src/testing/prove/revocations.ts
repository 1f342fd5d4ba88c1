import { toGlobalId } from '../../../schema/global-id.ts';
import { seededPassword } from '../../dev/seed/users.ts';
import { onServer } from '../database.ts';
import { postQuery, type Answer } from '../gateway.ts';
import { signIn, type Stage } from './stage.ts';

export const revocationKinds = ['sign-out', 'new password', 'revocation by an admin', 'demotion'] as const;
export type RevocationKind = (typeof revocationKinds)[number];

/** Somebody who has a right on all gateways, which one act on the first gateway takes away. */
export interface Victim {
  /** Whether the gateway lets the right be used now. Throws for any answer but the expected two. */
  readonly isLetThrough: (url: string) => Promise<boolean>;
  readonly revoke: () => Promise<void>;
}

export interface People {
  /** Signs in on the gateway at `url`, where `revoke` will act. */
  victim(kind: RevocationKind, url: string): Promise<Victim>;
}

/** Passwords and roles live in the database, so one set of people serves all gateways over it. */
export function createPeople(stage: Stage): People {
  let passwordOfBob = seededPassword;
  let passwordsOfBob = 0;
  const productId = stage.productIds[0] ?? '';

  async function idOfUser(username: string): Promise<string> {
    const rows = await onServer<{ id: string }>(
      stage.servers.primaryUrl,
      'SELECT id::text FROM users WHERE username = $1',
      [username],
    );
    return toGlobalId('User', rows[0]?.id ?? '');
  }

  async function victim(kind: RevocationKind, url: string): Promise<Victim> {
    switch (kind) {
      case 'sign-out': {
        const token = await signIn(url, 'alice');
        return {
          isLetThrough: isSignedIn(token),
          revoke: () => mutate(url, token, 'mutation { signOut { endedSessions } }'),
        };
      }
      case 'new password': {
        const [token, another] = [
          await signIn(url, 'bob', passwordOfBob),
          await signIn(url, 'bob', passwordOfBob),
        ];
        const input = { currentPassword: passwordOfBob, newPassword: `password-${(passwordsOfBob += 1)}` };
        return {
          isLetThrough: isSignedIn(another),
          async revoke() {
            const change =
              'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { user { id } } }';
            await mutate(url, token, change, input);
            passwordOfBob = input.newPassword;
          },
        };
      }
      case 'revocation by an admin': {
        const [token, admin] = [await signIn(url, 'carol'), await signIn(url, 'admin')];
        const input = { userId: await idOfUser('carol') };
        const revoke =
          'mutation ($input: RevokeUserSessionsInput!) { revokeUserSessions(input: $input) { endedSessions } }';
        return { isLetThrough: isSignedIn(token), revoke: () => mutate(url, admin, revoke, input) };
      }
      case 'demotion': {
        const [token, admin] = [await signIn(url, 'alice'), await signIn(url, 'admin')];
        const userId = await idOfUser('alice');
        const change = (role: string) =>
          mutate(
            url,
            admin,
            'mutation ($input: ChangeUserRoleInput!) { changeUserRole(input: $input) { user { role } } }',
            { userId, role },
          );
        await change('ADMIN');
        return { isLetThrough: isEditor(token, productId), revoke: () => change('USER') };
      }
    }
  }

  return { victim };
}

async function mutate(
  url: string,
  token: string,
  document: string,
  input?: Readonly<Record<string, string>>,
): Promise<void> {
  const { data, errors } = await postQuery(url, document, { token, ...(input && { variables: { input } }) });
  if (data == null || Object.values(data).includes(null) || errors.length > 0)
    throw new Error(`${document} failed: ${JSON.stringify(errors)}`);
}

const isSignedIn = (token: string) => async (url: string) =>
  isAnswered(await postQuery(url, '{ viewer { username } }', { token }), 'UNAUTHENTICATED');

const isEditor = (token: string, productId: string) => async (url: string) =>
  isAnswered(
    await postQuery(
      url,
      'mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { product { id } } }',
      { token, variables: { input: { id: productId, name: 'Edited' } } },
    ),
    'FORBIDDEN',
  );

function isAnswered({ data, errors }: Answer<Record<string, unknown>>, refusal: string): boolean {
  if (errors.some(({ extensions }) => extensions.code === refusal)) return false;
  if (errors.length === 0 && data != null && !Object.values(data).includes(null)) return true;
  throw new Error(`neither an answer nor ${refusal}: ${JSON.stringify({ data, errors })}`);
}
