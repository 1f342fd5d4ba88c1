import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onServer } from '../../src/testing/database.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('signing up', () => {
  const signUp = (input: Record<string, unknown>) =>
    world.gateway.query(
      `mutation ($input: SignUpInput!) {
        signUp(input: $input) { token user { username displayName email } userErrors { code field } }
      }`,
      { variables: { input } },
    );

  it('gives a token, and shows the new user its private fields at once', async () => {
    const { data } = await signUp({ username: 'Dora_1', password: 'long enough', email: 'dora@example.com' });
    expect(data?.['signUp']).toEqual({
      token: expect.any(String) as string,
      user: { username: 'dora_1', displayName: 'dora_1', email: 'dora@example.com' },
      userErrors: [],
    });
  });

  it.each([
    [{ username: 'dora_1', password: 'long enough' }, 'USERNAME_TAKEN', 'username'],
    [{ username: 'DORA_1', password: 'long enough' }, 'USERNAME_TAKEN', 'username'],
    [{ username: 'dora_2', password: 'long enough', email: 'Dora@example.com' }, 'EMAIL_TAKEN', 'email'],
    [{ username: '1st', password: 'long enough' }, 'INVALID_USERNAME', 'username'],
    [{ username: 'dora_3', password: 'short' }, 'INVALID_PASSWORD', 'password'],
    [{ username: 'dora_3', password: 'x'.repeat(129) }, 'INVALID_PASSWORD', 'password'],
    [{ username: 'dora_3', password: 'long enough', displayName: ' ' }, 'INVALID_LENGTH', 'displayName'],
  ])('refuses %j with %s', async (input, code, field) => {
    const { data } = await signUp(input);
    expect(data?.['signUp']).toEqual({
      token: null,
      user: null,
      userErrors: [{ code, field: ['input', field] }],
    });
  });

  it('makes a name findable that was remembered as free', async () => {
    const find = () => world.gateway.query('{ userByUsername(username: "Emil") { username } }');
    expect((await find()).errors[0]?.extensions.code).toBe('NOT_FOUND');
    await signUp({ username: 'emil', password: 'long enough' });
    expect((await find()).data).toEqual({ userByUsername: { username: 'emil' } });
  });
});

describe('signing in and out', () => {
  it('answers an unknown name and a wrong password alike', async () => {
    const { username } = await world.somebody();
    const wrong = await world.signIn(username, 'not the password');
    const unknown = await world.signIn('nobody_here', 'not the password');
    expect(wrong.data).toEqual(unknown.data);
    expect(wrong.data?.signIn).toMatchObject({
      token: null,
      userErrors: [{ code: 'INVALID_CREDENTIALS', field: null }],
    });
  });

  it('opens a session whose token works until it is signed out', async () => {
    const { username, password } = await world.somebody();
    const token = (await world.signIn(username, password)).data?.signIn.token ?? '';
    expect((await world.whoAmI(token)).data?.viewer?.username).toBe(username);
    await world.gateway.query('mutation { signOut { endedSessions } }', { token });
    const after = await world.whoAmI(token);
    expect(after.status).toBe(401);
    expect(after.errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('signs out everywhere, and leaves other users alone', async () => {
    const [me, other] = [await world.somebody(), await world.somebody()];
    const second = (await world.signIn(me.username, me.password)).data?.signIn.token ?? '';
    const { data } = await me.query('mutation { signOutEverywhere { endedSessions userErrors { code } } }');
    expect(data).toEqual({ signOutEverywhere: { endedSessions: 2, userErrors: [] } });
    expect((await world.whoAmI(me.token)).status).toBe(401);
    expect((await world.whoAmI(second)).status).toBe(401);
    expect((await world.whoAmI(other.token)).status).toBe(200);
  });

  it('refuses the old password and ends other sessions once it was changed', async () => {
    const me = await world.somebody();
    const other = (await world.signIn(me.username, me.password)).data?.signIn.token ?? '';
    const change = (currentPassword: string, newPassword: string) =>
      me.query(
        `mutation ($input: ChangePasswordInput!) {
          changePassword(input: $input) { user { username } userErrors { code field } }
        }`,
        { input: { currentPassword, newPassword } },
      );
    expect((await change('not mine', 'battery staple')).data).toEqual({
      changePassword: {
        user: null,
        userErrors: [{ code: 'WRONG_PASSWORD', field: ['input', 'currentPassword'] }],
      },
    });
    expect((await change(me.password, 'short')).data).toMatchObject({
      changePassword: { userErrors: [{ code: 'INVALID_PASSWORD', field: ['input', 'newPassword'] }] },
    });
    expect((await change(me.password, 'battery staple')).data).toEqual({
      changePassword: { user: { username: me.username }, userErrors: [] },
    });
    expect((await world.whoAmI(other)).status).toBe(401);
    expect((await world.whoAmI(me.token)).status).toBe(200);
    expect((await world.signIn(me.username, me.password)).data?.signIn.token).toBeNull();
    expect((await world.signIn(me.username, 'battery staple')).data?.signIn.token).not.toBeNull();
  });
});

describe('scopes', () => {
  const scopesQuery = '{ viewer { sessions { nodes { isCurrent scopes { scope expiresAt } } } } }';
  const scopesOf = async (me: Person) => {
    const { data } = await me.query<{
      viewer: { sessions: { nodes: { scopes: { scope: string; expiresAt: string }[] }[] } };
    }>(scopesQuery);
    return data?.viewer.sessions.nodes[0]?.scopes ?? [];
  };
  const stepUp = (me: Person, password: string) =>
    me.query(
      'mutation ($input: StepUpInput!) { stepUp(input: $input) { session { isCurrent } userErrors { code } } }',
      {
        input: { password },
      },
    );

  it('are CHAT for 7 days and SHOP for an hour after signing in', async () => {
    const scopes = await scopesOf(await world.somebody());
    const hours = (at: string) => Math.round((Date.parse(at) - Date.now()) / 3_600_000);
    expect(scopes.map(({ scope, expiresAt }) => [scope, hours(expiresAt)])).toEqual([
      ['CHAT', 168],
      ['SHOP', 1],
    ]);
  });

  it('gain BANK by stepping up, and only with the password', async () => {
    const me = await world.somebody();
    expect((await stepUp(me, 'not mine')).data).toEqual({
      stepUp: { session: null, userErrors: [{ code: 'WRONG_PASSWORD' }] },
    });
    expect((await scopesOf(me)).map(({ scope }) => scope)).toEqual(['CHAT', 'SHOP']);
    expect((await stepUp(me, me.password)).data).toEqual({
      stepUp: { session: { isCurrent: true }, userErrors: [] },
    });
    expect((await scopesOf(me)).map(({ scope }) => scope)).toEqual(['CHAT', 'SHOP', 'BANK']);
  });

  it('renew SHOP by stepping up after it has ended', async () => {
    const me = await world.somebody();
    await onServer(
      world.database.primaryUrl,
      `UPDATE sessions SET shop_expires_at = now() - interval '1 minute'
       WHERE user_id = (SELECT id FROM users WHERE username = $1)`,
      [me.username],
    );
    expect((await scopesOf(me)).map(({ scope }) => scope)).toEqual(['CHAT']);
    await stepUp(me, me.password);
    expect((await scopesOf(me)).map(({ scope }) => scope)).toEqual(['CHAT', 'SHOP', 'BANK']);
  });

  it('keep SHOP open by use, at the cost of one write when the gateway gets to it', async () => {
    const me = await world.somebody();
    const shopEnd = `SELECT extract(epoch FROM shop_expires_at - now())::integer AS left FROM sessions
      WHERE user_id = (SELECT id FROM users WHERE username = $1)`;
    const secondsLeft = async () =>
      (await onServer<{ left: number }>(world.database.primaryUrl, shopEnd, [me.username]))[0]?.left ?? 0;
    await onServer(
      world.database.primaryUrl,
      `UPDATE sessions SET shop_expires_at = now() + interval '10 minutes'
       WHERE user_id = (SELECT id FROM users WHERE username = $1)`,
      [me.username],
    );
    const gateway = await world.anotherGateway();
    await gateway.query('{ viewer { username } }', { token: me.token });
    expect(await secondsLeft()).toBeLessThan(601);
    await gateway.close();
    expect(await secondsLeft()).toBeGreaterThan(3_500);
    expect((await scopesOf(me)).map(({ scope }) => scope)).toEqual(['CHAT', 'SHOP']);
  });

  it('are lost with the session, whatever Redis still holds', async () => {
    const me = await world.somebody();
    await stepUp(me, me.password);
    await me.query('mutation { signOut { endedSessions } }');
    expect((await me.query(scopesQuery)).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});
