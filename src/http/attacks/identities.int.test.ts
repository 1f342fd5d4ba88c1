import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toGlobalId } from '../../../schema/global-id.ts';
import { createBankDesk, euros, type Customer } from '../../testing/bank.ts';
import { testTokenSecret } from '../../testing/gateway.ts';
import { createShopping } from '../../testing/shopping.ts';
import { createWorld, type World } from '../../testing/world.ts';

let world: World;
let victim: Customer;
let thief: Customer;
/** What the victim has, by the type of its id. */
let belongings: Readonly<Record<'Account' | 'Chat' | 'Message' | 'Order' | 'Session', string>>;
let cartToken: string | null;
let productKey: string;

beforeAll(async () => {
  world = await createWorld();
  const bank = createBankDesk(world);
  [victim, thief] = [await bank.customer(10_000n), await bank.customer(10_000n)];
  const friend = await world.somebody();
  const { data: chat } = await victim.query<{ startChat: { chat: { id: string } } }>(
    'mutation ($input: StartChatInput!) { startChat(input: $input) { chat { id } } }',
    { input: { userIds: [friend.id] } },
  );
  const chatId = chat?.startChat.chat.id ?? '';
  const message = await victim.query<{ sendMessage: { message: { id: string } } }>(
    'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }',
    { input: { chatId, text: 'secret', clientMessageId: '1' } },
  );
  productKey = await world.product({ stock: 50 });
  const productId = toGlobalId('Product', productKey);
  const add = 'mutation ($input: AddToCartInput!) { addToCart(input: $input) { cartToken } }';
  await victim.query(add, { input: { productId, quantity: 1 } });
  const order = await victim.query<{ checkOut: { order: { id: string } } }>(
    'mutation ($input: CheckOutInput!) { checkOut(input: $input) { order { id } userErrors { code } } }',
    { input: { idempotencyKey: 'one' } },
  );
  const sessions = await victim.query<{ viewer: { sessions: { nodes: readonly { id: string }[] } } }>(
    '{ viewer { sessions { nodes { id } } } }',
  );
  const visitor = await world.gateway.query<{ addToCart: { cartToken: string | null } }>(add, {
    variables: { input: { productId, quantity: 2 } },
  });
  cartToken = visitor.data?.addToCart.cartToken ?? null;
  belongings = {
    Account: victim.accountId,
    Chat: chatId,
    Message: message.data?.sendMessage.message.id ?? '',
    Order: order.data?.checkOut.order.id ?? '',
    Session: sessions.data?.viewer.sessions.nodes[0]?.id ?? '',
  };
});
afterAll(() => world.close());

const types = ['Account', 'Chat', 'Message', 'Order', 'Session'] as const;
const node = 'query ($id: ID!) { node(id: $id) { __typename id } }';
const codesOf = (errors: readonly { readonly extensions: { readonly code: string } }[]) =>
  errors.map(({ extensions }) => extensions.code);

describe('what belongs to somebody', () => {
  it.each(types)('is there for its owner: %s', async (type) => {
    const { data, errors } = await victim.query<{ node: { __typename: string } }>(node, {
      id: belongings[type],
    });
    expect(errors).toEqual([]);
    expect(data?.node).toEqual({ __typename: type, id: belongings[type] });
  });

  it.each(types)(
    'is not there for others, and nothing tells it from what does not exist: %s',
    async (type) => {
      const none = toGlobalId(type, type === 'Message' ? '999999999.999999999' : '999999999');
      for (const token of [thief.token, undefined]) {
        const ask = async (id: string) => {
          const { data, errors } = await world.gateway.query(node, { variables: { id }, token });
          return { data, errors: errors.map(({ message, extensions: { code } }) => ({ message, code })) };
        };
        const stolen = await ask(belongings[type]);
        expect(stolen.data).toEqual({ node: null });
        expect(stolen.errors[0]?.code).toMatch(/^(NOT_FOUND|UNAUTHENTICATED|FORBIDDEN)$/);
        expect(stolen).toEqual(await ask(none));
      }
    },
  );

  it('is not reached by an id of another type', async () => {
    const ids = Object.entries(belongings).filter(([type]) => type !== 'Account');
    for (const [, id] of ids) {
      const { data, errors } = await thief.query(
        'query ($id: ID!) { account(id: $id) { balance { amount } } }',
        { id },
      );
      expect({ data, codes: codesOf(errors) }).toEqual({
        data: { account: null },
        codes: ['BAD_USER_INPUT'],
      });
    }
  });
});

describe('nothing is done in another’s name:', () => {
  const refusedWith = async (name: string, type: string, input: object) => {
    const { data, errors } = await thief.query<
      Record<string, { userErrors: readonly { code: string }[] } | null>
    >(`mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code } } }`, { input });
    return [...codesOf(errors), ...(data?.[name]?.userErrors.map(({ code }) => code) ?? [])];
  };

  it('no transfer from an account, no order paid from it', async () => {
    const bank = createBankDesk(world);
    const codes = await refusedWith('transfer', 'TransferInput', {
      ...{ fromAccountId: victim.accountId, toAccountId: thief.accountId },
      ...{ amount: euros('1.00'), idempotencyKey: 'theft' },
    });
    expect(codes).toHaveLength(1);
    const productId = toGlobalId('Product', productKey);
    await thief.query('mutation ($input: AddToCartInput!) { addToCart(input: $input) { cartToken } }', {
      input: { productId, quantity: 1 },
    });
    const paid = await refusedWith('checkOut', 'CheckOutInput', {
      ...{ idempotencyKey: 'theft', payFromAccountId: victim.accountId },
    });
    expect(paid).toHaveLength(1);
    expect(await bank.balance(victim, victim.accountId)).toBe('100.00');
  });

  it('no message in a chat, no change to one, no member more', async () => {
    const { Chat: chatId, Message: id } = belongings;
    expect(
      await refusedWith('sendMessage', 'SendMessageInput', { chatId, text: 'x', clientMessageId: 'x' }),
    ).toHaveLength(1);
    expect(await refusedWith('editMessage', 'EditMessageInput', { id, text: 'x' })).toHaveLength(1);
    expect(await refusedWith('deleteMessage', 'DeleteMessageInput', { id })).toHaveLength(1);
    expect(
      await refusedWith('addChatMember', 'AddChatMemberInput', { chatId, userId: thief.id }),
    ).toHaveLength(1);
  });

  it('no cart by a token that was made up from another', async () => {
    const shopping = createShopping(world.gateway.url);
    expect(cartToken).not.toBeNull();
    const forged = `${cartToken?.slice(0, -6) ?? ''}AAAAAA`;
    const { lines } = await shopping.add({ cartToken: forged }, productKey, 1).catch(() => ({ lines: [] }));
    const honest = await shopping.add({ cartToken: cartToken ?? undefined }, productKey, 1);
    expect(honest.lines.map(([, quantity]) => quantity)).toEqual([3]);
    // At most a new cart, and never the two pieces that the visitor has put in.
    expect(lines.map(([, quantity]) => quantity)).not.toContain(3);
  });
});

const base64 = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const sign = (claims: object, header: object, secret: string) => {
  const signed = `${base64(header)}.${base64(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
};

describe('a token is worth nothing', () => {
  const claims = () =>
    JSON.parse(Buffer.from(victim.token.split('.')[1] ?? '', 'base64url').toString()) as object;
  const hs256 = { alg: 'HS256' };
  it.each<readonly [string, () => string]>([
    ['without a signature', () => `${base64({ alg: 'none' })}.${base64(claims())}.`],
    ['with alg none and a signature', () => sign(claims(), { alg: 'none' }, testTokenSecret)],
    ['signed with another key', () => sign(claims(), hs256, 'another key')],
    ['whose header brings its own key', () => sign(claims(), { ...hs256, jwk: { kty: 'oct', k: 'a' } }, 'a')],
    ['whose key is a file', () => sign(claims(), { ...hs256, kid: '../../dev/null' }, '')],
    ['that has expired', () => sign({ ...claims(), exp: 1 }, hs256, testTokenSecret)],
    ['of another issuer', () => sign({ ...claims(), iss: 'elsewhere' }, hs256, testTokenSecret)],
    ['for another user in the same session', () => sign({ ...claims(), sub: '999' }, hs256, testTokenSecret)],
  ])('%s', async (_, make) => {
    const { status, errors } = await world.gateway.query('{ viewer { id } }', { token: make() });
    expect({ status, codes: codesOf(errors) }).toEqual({ status: 401, codes: ['UNAUTHENTICATED'] });
  });

  it('while the same, signed as ours are, is taken', async () => {
    const { data } = await world.gateway.query('{ viewer { id } }', {
      token: sign(claims(), hs256, testTokenSecret),
    });
    expect(data).toEqual({ viewer: { id: victim.id } });
  });
});

describe('signing in', () => {
  it('does not tell an unknown user from a wrong password, and does the same work for both', async () => {
    const attempt = async (username: string) => {
      const { result, counts } = await world.gateway.counting(() => world.signIn(username, 'wrong password'));
      return { answer: result.data, postgres: counts.postgres };
    };
    const known = await attempt(victim.username);
    expect(known.answer).toMatchObject({
      signIn: { token: null, userErrors: [{ code: 'INVALID_CREDENTIALS' }] },
    });
    expect(await attempt('nobody_at_all')).toEqual(known);
  });
});
