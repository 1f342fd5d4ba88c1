import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onServer } from '../../src/testing/database.ts';
import {
  keyOf,
  notificationId,
  openNotifications,
  type Notifications,
} from '../../src/testing/notifications.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let notifications: Notifications;
beforeAll(async () => {
  world = await createWorld();
  notifications = await openNotifications(world);
});
afterAll(() => world.close());

describe('the notification centre', () => {
  interface Page {
    readonly nodes: readonly { readonly id: string; readonly body: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  }
  const page = async (who: Person, first: number, after?: string) => {
    const { data } = await who.query<{ viewer: { notifications: Page } }>(
      `query ($first: Int, $after: Cursor) { viewer { notifications(first: $first, after: $after) {
        nodes { id body } pageInfo { hasNextPage endCursor } } } }`,
      { first, after },
    );
    return data?.viewer.notifications;
  };
  const unread = async (who: Person) =>
    (
      await who.query<{ viewer: { unreadNotificationCount: number } }>(
        '{ viewer { unreadNotificationCount } }',
      )
    ).data?.viewer.unreadNotificationCount;

  /** Past the gateway; resolves to their bodies, newest first. */
  async function fill(who: Person, count: number): Promise<readonly string[]> {
    await onServer(
      world.database.primaryUrl,
      `INSERT INTO notifications (user_id, idempotency_key, channel, category, status, suppressed_because, body)
       SELECT $1, n::text, 'PUSH', 'TRANSACTIONAL', CASE WHEN n % 4 = 0 THEN 'SUPPRESSED' ELSE 'SENT' END,
         CASE WHEN n % 4 = 0 THEN 'CHANNEL_OFF' END, n::text FROM generate_series(1, $2::integer) AS n`,
      [keyOf(who.id), count],
    );
    await world.database.replicated();
    const shown = Array.from({ length: count }, (_, index) => index + 1).filter((n) => n % 4 !== 0);
    return shown.map(String).toReversed();
  }

  it.each([1, 7, 10, 20, 33, 100])(
    'is paged by %i from the cache into Postgres without a seam',
    async (first) => {
      const me = await world.somebody();
      const all = await fill(me, 80);
      const seen: string[] = [];
      for (let after: string | undefined, isMore = true; isMore;) {
        const next = await page(me, first, after);
        seen.push(...(next?.nodes.map(({ body }) => body) ?? []));
        after = next?.pageInfo.endCursor;
        isMore = next?.pageInfo.hasNextPage ?? false;
      }
      expect(seen).toEqual(all);
    },
  );

  it('has no more where there are exactly twenty, and nothing where there are none', async () => {
    const [me, nobody] = [await world.somebody(), await world.somebody()];
    await fill(me, 26);
    expect((await page(me, 20))?.nodes).toHaveLength(20);
    expect((await page(me, 20))?.pageInfo.hasNextPage).toBe(false);
    expect(await page(nobody, 20)).toEqual({ nodes: [], pageInfo: { hasNextPage: false, endCursor: null } });
  });

  it('shows a new one at once, and counts it as unread', async () => {
    const me = await notifications.receiver();
    const templateId = await notifications.template({ channel: 'PUSH' });
    for (let sent = 0; sent < 5; sent++) {
      expect([(await page(me, 20))?.nodes.length, await unread(me)]).toEqual([sent, sent]);
      await notifications.send({ userId: me.id, templateId, key: `at once ${sent}` });
    }
  });

  it('marks some as read, and then all', async () => {
    const me = await world.somebody();
    await fill(me, 8);
    const ids = (await page(me, 20))?.nodes.map(({ id }) => id) ?? [];
    const mark = async (input: Readonly<Record<string, unknown>>) =>
      (
        await me.query<{ markNotificationsRead: { unreadNotificationCount: number } }>(
          `mutation ($input: MarkNotificationsReadInput!) {
            markNotificationsRead(input: $input) { unreadNotificationCount userErrors { code } } }`,
          { input },
        )
      ).data?.markNotificationsRead.unreadNotificationCount;
    expect(await unread(me)).toBe(6);
    expect(await mark({ ids: [] })).toBe(6);
    expect(await mark({ ids: ids.slice(0, 2) })).toBe(4);
    expect(await mark({ ids: ids.slice(0, 2) })).toBe(4);
    expect(await unread(me)).toBe(4);
    expect(await mark({})).toBe(0);
    const { data } = await me.query<{ node: { readAt: string | null } }>(
      'query ($id: ID!) { node(id: $id) { ... on Notification { readAt } } }',
      { id: ids[3] },
    );
    expect(data?.node.readAt).not.toBeNull();
  });

  it('marks all of very many as read', async () => {
    const me = await world.somebody();
    await fill(me, 1_600);
    expect(await unread(me)).toBe(1_200);
    const { data } = await me.query(
      'mutation { markNotificationsRead(input: {}) { unreadNotificationCount userErrors { code } } }',
    );
    expect(data).toEqual({ markNotificationsRead: { unreadNotificationCount: 0, userErrors: [] } });
  }, 60_000);

  it('answers for another’s notification as for one that does not exist', async () => {
    const [me, other] = [await world.somebody(), await world.somebody()];
    await fill(other, 1);
    const id = (await page(other, 1))?.nodes[0]?.id ?? '';
    const tries = (which: string) => [
      me.query('query ($id: ID!) { node(id: $id) { id } }', { id: which }),
      me.query(
        'mutation ($ids: [ID!]) { markNotificationsRead(input: { ids: $ids }) { unreadNotificationCount } }',
        { ids: [which] },
      ),
    ];
    const told = async (which: string) =>
      (await Promise.all(tries(which))).map(({ data, errors }) => [
        data,
        errors.map(({ message, extensions }) => [message, extensions.code]),
      ]);
    expect(await told(id)).toEqual(await told(notificationId('999999999')));
    expect(await unread(other)).toBe(1);
  });

  it('refuses pages and lists that are no lists of it, and marks nothing', async () => {
    const me = await world.somebody();
    await fill(me, 3);
    const ids = (await page(me, 3))?.nodes.map(({ id }) => id) ?? [];
    const mark =
      'mutation ($ids: [ID!]) { markNotificationsRead(input: { ids: $ids }) { unreadNotificationCount } }';
    const list =
      'query ($first: Int, $after: Cursor) { viewer { notifications(first: $first, after: $after) { nodes { id } } } }';
    for (const [document, variables, code] of [
      [mark, { ids: Array<string>(101).fill(ids[0] ?? '') }, 'BAD_USER_INPUT'],
      [mark, { ids: [...ids, me.id] }, 'BAD_USER_INPUT'],
      [mark, { ids: [...ids, ''] }, 'BAD_USER_INPUT'],
      [mark, { ids: [...ids, notificationId('999999999')] }, 'NOT_FOUND'],
      [list, { first: 0 }, 'BAD_USER_INPUT'],
      [list, { first: 101 }, 'BAD_USER_INPUT'],
      [list, { after: 'c2Vzc2lvbnM6MQ' }, 'BAD_USER_INPUT'],
    ] as const)
      expect((await me.query(document, variables)).errors[0]?.extensions.code).toBe(code);
    expect(await unread(me)).toBe(3);
  });

  it('is nobody else’s', async () => {
    const [me, other] = [await world.somebody(), await world.somebody()];
    const { errors } = await other.query(
      'query ($id: ID!) { user(id: $id) { preferences { email } notifications { nodes { id } } unreadNotificationCount } }',
      { id: me.id },
    );
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
  });
});
