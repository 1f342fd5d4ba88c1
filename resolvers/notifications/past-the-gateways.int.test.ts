import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { patience, startBackstop } from '../../src/testing/backstop.ts';
import { onServer } from '../../src/testing/database.ts';
import { keyOf, openNotifications, type Notifications } from '../../src/testing/notifications.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let notifications: Notifications;
let me: Person;
let templateId: string;
beforeAll(async () => {
  world = await createWorld();
  notifications = await openNotifications(world);
  me = await notifications.receiver();
  templateId = await notifications.template({ body: 'as it was' });
  await notifications.send({ userId: me.id, templateId, key: 'one' });
});
afterAll(() => world.close());

const psql = (text: string, id: string) => onServer(world.database.primaryUrl, text, [keyOf(id)]);

interface Shown {
  readonly viewer: {
    readonly preferences: { readonly sms: boolean };
    readonly unreadNotificationCount: number;
    readonly notifications: { readonly nodes: readonly { readonly status: string }[] };
  };
}
async function shown() {
  const { data } = await me.query<Shown>(
    '{ viewer { preferences { sms } unreadNotificationCount notifications { nodes { status } } } }',
  );
  const { data: template } = await notifications.service.query<{
    notificationTemplate: { body: string };
  }>('query ($id: ID!) { notificationTemplate(id: $id) { body } }', { id: templateId });
  await world.gateway.app.idle();
  return {
    sms: data?.viewer.preferences.sms,
    unread: data?.viewer.unreadNotificationCount,
    statuses: data?.viewer.notifications.nodes.map(({ status }) => status),
    body: template?.notificationTemplate.body,
  };
}

it('what changes past the gateways is seen once the log is followed, and not before', async () => {
  const before = { sms: true, unread: 1, statuses: ['QUEUED'], body: 'as it was' };
  expect(await shown()).toEqual(before);
  await psql(`UPDATE notification_preferences SET sms = false WHERE user_id = $1`, me.id);
  await psql(`UPDATE notification_templates SET body = 'changed' WHERE id = $1`, templateId);
  await psql(`UPDATE notifications SET status = 'SENT', read_at = now() WHERE user_id = $1`, me.id);
  // The control: nobody has told the cache.
  expect(await shown()).toEqual(before);
  const backstop = await startBackstop({
    app: world.app,
    primaryUrl: world.database.primaryUrl,
    redisUrl: inject('redisUrl'),
  });
  await backstop.follows();
  await psql(`UPDATE notification_preferences SET push = false WHERE user_id = $1`, me.id);
  await psql(`UPDATE notification_templates SET name = 'Renamed' WHERE id = $1`, templateId);
  await psql(`UPDATE notifications SET attempts = 1 WHERE user_id = $1`, me.id);
  await vi.waitFor(
    async () => expect(await shown()).toEqual({ sms: false, unread: 0, statuses: ['SENT'], body: 'changed' }),
    patience,
  );
  await psql(`DELETE FROM notifications WHERE user_id = $1`, me.id);
  await vi.waitFor(async () => expect((await shown()).statuses).toEqual([]), patience);
}, 60_000);
