import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBankDesk } from '../testing/bank.ts';
import { onServer } from '../testing/database.ts';
import { createWorld, type World } from '../testing/world.ts';
import { createLog } from './log.ts';

const lines: string[] = [];
const log = createLog({ level: 'trace', destination: { write: (line) => void lines.push(line) } });
let world: World;
beforeAll(async () => {
  world = await createWorld({ overrides: { log } });
});
afterAll(() => world.close());

const [password, wrong, phone] = ['correct horse battery', 'wrong horse battery', '+41791234567'] as const;
const balance = 987_654_321n;

it('what must not be known is in no line, whatever is done with it, and whatever fails', async () => {
  const bank = createBankDesk(world);
  const customer = await bank.customer(balance);
  const { username } = customer;
  await customer.query(
    'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { userErrors { code } } }',
    { input: { currentPassword: customer.password, newPassword: password } },
  );
  const { data } = await world.signIn(username, password);
  const token = data?.signIn.token ?? '';
  const ask = async (query: string, variables: Record<string, unknown> = {}) =>
    (await world.gateway.query(query, { variables, token })).errors.map(({ extensions }) => extensions.code);
  const profile =
    'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { phone } } }';

  await world.signIn(username, wrong);
  expect(await ask(profile, { input: { phone } })).toEqual([]);
  await ask('{ viewer { accounts { nodes { balance { amount } } } } }');
  // Refused, with what was sent in the words of the refusal.
  expect(await ask(profile, { input: { phone, avatarUrl: password, displayName: token } })).toEqual([
    'BAD_USER_INPUT',
  ]);
  expect((await world.gateway.query('{ viewer { id } }', { token: `${token}x` })).status).toBe(401);
  // Failed in Postgres, which tells the driver of the whole row.
  await onServer(world.database.primaryUrl, 'ALTER TABLE users ADD CHECK (phone IS NULL) NOT VALID');
  expect(await ask(profile, { input: { phone, statusMessage: 'x' } })).toEqual(['INTERNAL_SERVER_ERROR']);

  const all = lines.join('');
  // They were there to be seen.
  expect(all).toContain('masked error');
  expect(lines.length).toBeGreaterThan(10);
  for (const secret of [
    password,
    wrong,
    customer.password,
    token,
    customer.token,
    phone,
    String(balance),
    '9876543.21',
  ])
    expect(secret !== '' && all.includes(secret), secret).toBe(false);
});

it.each(['token', 'password', 'authorization', 'phone', 'balance'])(
  'a %s that a caller passes is cut out',
  (name) => {
    lines.length = 0;
    log.info({ [name]: 'secret', within: { [name]: 'secret', deeper: { [name]: 'secret' } } }, 'careless');
    expect(lines.join('')).toContain('[redacted]');
    expect(lines.join('')).not.toContain('secret');
  },
);
