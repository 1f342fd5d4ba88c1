import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('profiles', () => {
  const update = (me: Person, input: Record<string, unknown>) =>
    me.query<{ updateProfile: unknown }>(
      `mutation ($input: UpdateProfileInput!) {
        updateProfile(input: $input) { user { displayName statusMessage avatarUrl email } userErrors { code field } }
      }`,
      { input },
    );

  it('change where they are named, keep the rest, and lose what is null', async () => {
    const me = await world.somebody();
    await update(me, {
      statusMessage: 'away',
      avatarUrl: 'https://images.example.com/me.png',
      email: `${me.username}@example.com`,
    });
    const { data } = await update(me, { displayName: 'Me Myself', statusMessage: null });
    expect(data?.updateProfile).toEqual({
      user: {
        displayName: 'Me Myself',
        statusMessage: null,
        avatarUrl: 'https://images.example.com/me.png',
        email: `${me.username}@example.com`,
      },
      userErrors: [],
    });
  });

  it('are shown as changed to everybody at once', async () => {
    const me = await world.somebody();
    const seen = () =>
      world.gateway.query('query ($id: ID!) { user(id: $id) { displayName } }', { variables: { id: me.id } });
    await seen();
    await update(me, { displayName: 'Renamed' });
    expect((await seen()).data).toEqual({ user: { displayName: 'Renamed' } });
  });

  it('refuse an e-mail address that somebody has', async () => {
    const [me, other] = [await world.somebody(), await world.somebody()];
    await update(other, { email: 'taken@example.com' });
    expect((await update(me, { email: 'TAKEN@example.com' })).data).toMatchObject({
      updateProfile: { user: null, userErrors: [{ code: 'EMAIL_TAKEN', field: ['input', 'email'] }] },
    });
  });

  it('show e-mail and phone to oneself and to admins, and to nobody else', async () => {
    const [me, other, admin] = [
      await world.somebody(),
      await world.somebody(),
      await world.somebody('ADMIN'),
    ];
    const look = (token: string | undefined) =>
      world.gateway.query<{ user: unknown }>(
        'query ($id: ID!) { user(id: $id) { username email phone role } }',
        {
          variables: { id: me.id },
          token,
        },
      );
    expect((await look(me.token)).errors).toEqual([]);
    expect((await look(admin.token)).errors).toEqual([]);
    const codes = async (token: string | undefined) =>
      (await look(token)).errors.map(({ extensions }) => extensions.code);
    expect(await codes(other.token)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
    expect(await codes(undefined)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED', 'UNAUTHENTICATED']);
    expect((await look(undefined)).data?.user).toMatchObject({ username: me.username, email: null });
  });
});

describe('sessions', () => {
  it('are listed to their user, newest first, by pages', async () => {
    const me = await world.somebody();
    await world.signIn(me.username, me.password);
    await world.signIn(me.username, me.password);
    interface List {
      viewer: {
        sessions: {
          nodes: { id: string; isCurrent: boolean }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
      };
    }
    const page = (after?: string) =>
      me.query<List>(
        `query ($after: Cursor) {
          viewer { sessions(first: 2, after: $after) { nodes { id isCurrent } pageInfo { hasNextPage endCursor } } }
        }`,
        { after },
      );
    const first = (await page()).data?.viewer.sessions;
    const second = (await page(first?.pageInfo.endCursor)).data?.viewer.sessions;
    expect(first?.pageInfo.hasNextPage).toBe(true);
    expect([...(first?.nodes ?? []), ...(second?.nodes ?? [])].map(({ isCurrent }) => isCurrent)).toEqual([
      false,
      false,
      true,
    ]);
    expect(second?.pageInfo.hasNextPage).toBe(false);
  });

  it('of another user cannot be told from ones that do not exist', async () => {
    const [me, other] = [await world.somebody(), await world.somebody()];
    const { data } = await me.query<{ viewer: { sessions: { nodes: { id: string }[] } } }>(
      '{ viewer { sessions { nodes { id } } } }',
    );
    const id = data?.viewer.sessions.nodes[0]?.id ?? '';
    const find = (who: Person, which: string) =>
      who.query('query ($id: ID!) { node(id: $id) { id } }', { id: which });
    expect((await find(me, id)).data).toEqual({ node: { id } });
    const [anothers, nobodys] = [await find(other, id), await find(other, toGlobalId('Session', '999999'))];
    expect(anothers.errors.map(({ message, extensions }) => [message, extensions.code])).toEqual(
      nobodys.errors.map(({ message, extensions }) => [message, extensions.code]),
    );
  });
});

describe('administration', () => {
  it('changes a role in all sessions at once', async () => {
    const [admin, me] = [await world.somebody('ADMIN'), await world.somebody()];
    const create = () =>
      me.query(
        'mutation { createProduct(input: { name: "", category: "x", price: { amount: "1", currencyCode: EUR } }) { userErrors { code } } }',
      );
    const change = (role: string) =>
      admin.query(
        'mutation ($input: ChangeUserRoleInput!) { changeUserRole(input: $input) { user { role } userErrors { code } } }',
        {
          input: { userId: me.id, role },
        },
      );
    expect((await create()).errors[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await change('ADMIN')).data).toEqual({
      changeUserRole: { user: { role: 'ADMIN' }, userErrors: [] },
    });
    expect((await create()).errors).toEqual([]);
    await change('USER');
    expect((await create()).errors[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('ends the sessions of another user', async () => {
    const [admin, me] = [await world.somebody('ADMIN'), await world.somebody()];
    const { data } = await admin.query(
      'mutation ($input: RevokeUserSessionsInput!) { revokeUserSessions(input: $input) { endedSessions } }',
      { input: { userId: me.id } },
    );
    expect(data).toEqual({ revokeUserSessions: { endedSessions: 1 } });
    expect((await world.whoAmI(me.token)).status).toBe(401);
  });
});
