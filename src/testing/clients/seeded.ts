import { toGlobalId } from '../../../schema/global-id.ts';
import { seed } from '../../dev/seed/seed.ts';
import { seededLogins, seededPassword } from '../../dev/seed/users.ts';
import { onServer, type TestDatabase } from '../database.ts';
import type { World } from '../world.ts';

export type Login = (typeof seededLogins)[number];

/** Who and what operations can be about: global ids, but for codes and tokens. */
export interface Seeded {
  readonly tokens: Readonly<Record<Login, string>>;
  readonly users: Readonly<Record<Login, string>>;
  readonly products: readonly string[];
  /** Of alice, bob and carol. */
  readonly group: string;
  /** Two that alice has said in the group. */
  readonly messages: readonly string[];
  /** Alice's, in EUR and CHF. */
  readonly accounts: readonly string[];
  readonly bobsAccount: string;
  /** Alice's, in EUR; has one variable for each of `templateVariables`. */
  readonly template: string;
  readonly notification: string;
  /** Of a visitor, with one product in the cart. */
  readonly cartToken: string;
}

/** What the template says of the sender. */
export const templateVariables = { name: 'Alice', number: '17', day: 'Monday' };

/** What is needed of a world. */
export interface SeedPlace extends Pick<World, 'signIn'> {
  readonly database: Pick<TestDatabase, 'primaryUrl' | 'replicated'>;
  readonly gateway: Pick<World['gateway'], 'query'>;
}

/** Seeds the world, signs everybody in, and looks up past the gateways what there is. */
export async function seedWorld(world: SeedPlace): Promise<Seeded> {
  await seed(world.database.primaryUrl);
  await world.database.replicated();
  const ids = async (type: string, statement: string) =>
    (await onServer<{ id: string }>(world.database.primaryUrl, statement)).map(({ id }) =>
      toGlobalId(type, id),
    );
  const first = async (type: string, statement: string) => (await ids(type, statement))[0] ?? '';
  const ofEach = async (find: (login: Login) => Promise<string>) =>
    Object.fromEntries(
      await Promise.all(seededLogins.map(async (login) => [login, await find(login)] as const)),
    ) as Record<Login, string>;

  const products = await ids('Product', 'SELECT id::text FROM products WHERE id <= 20 ORDER BY id');
  const alice = `(SELECT id FROM users WHERE username = 'alice')`;
  return {
    products,
    tokens: await ofEach(
      async (login) => (await world.signIn(login, seededPassword)).data?.signIn.token ?? '',
    ),
    users: await ofEach((login) => first('User', `SELECT id::text FROM users WHERE username = '${login}'`)),
    group: await first('Chat', `SELECT id::text FROM chats WHERE title = 'Garden'`),
    messages: await ids(
      'Message',
      `SELECT chat_id || '.' || messages.id AS id FROM messages JOIN chats ON chats.id = chat_id
       WHERE title = 'Garden' AND author_id = ${alice} ORDER BY messages.id LIMIT 2`,
    ),
    accounts: await ids('Account', `SELECT id::text FROM accounts WHERE user_id = ${alice} ORDER BY id`),
    bobsAccount: await first(
      'Account',
      `SELECT accounts.id::text FROM accounts JOIN users ON users.id = user_id WHERE username = 'bob' ORDER BY accounts.id`,
    ),
    template: await first('NotificationTemplate', 'SELECT id::text FROM notification_templates ORDER BY id'),
    notification: await first(
      'Notification',
      `SELECT id::text FROM notifications WHERE user_id = ${alice} ORDER BY id DESC`,
    ),
    cartToken: await fillCart(world, products[0] ?? ''),
  };
}

async function fillCart({ gateway }: SeedPlace, productId: string): Promise<string> {
  const { data } = await gateway.query<{ addToCart: { cartToken: string } }>(
    'mutation ($input: AddToCartInput!) { addToCart(input: $input) { cartToken } }',
    { variables: { input: { productId, quantity: 1 } } },
  );
  return data?.addToCart.cartToken ?? '';
}
