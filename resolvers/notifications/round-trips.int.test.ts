import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { quiet, type Gateway } from '../../src/testing/gateway.ts';
import { openNotifications, type Notifications } from '../../src/testing/notifications.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
/** Keeps entries and no answers. */
let apart: Gateway;
let notifications: Notifications;
let me: Person;
let templateId: string;
beforeAll(async () => {
  world = await createWorld(quiet);
  apart = await world.anotherGateway({ ...quiet, env: { ...quiet.env, RESPONSE_CACHE_MB: '0' } });
  notifications = await openNotifications(world);
  me = await notifications.receiver();
  templateId = await notifications.template();
  await vi.waitFor(async () => {
    expect(await (await fetch(`${world.gateway.url}/readyz`)).json()).toMatchObject({ status: 'ready' });
  });
});
afterAll(() => world.close());

/** Every signed-in request reads its session, with the mark of what the session wrote. */
const session = 1;
const count = <T>(work: () => Promise<T>, gateway: Gateway = world.gateway) => gateway.counting(work);

describe('a warm send', () => {
  const send = (key: string) => notifications.send({ userId: me.id, templateId, key });

  it('costs one transaction of four statements, and one round trip for the quota', async () => {
    await send('first');
    await send('second');
    const { result, counts } = await count(() => send('warm'));
    expect(result.data?.sendNotification.notification?.status).toBe('QUEUED');
    expect(counts).toEqual({
      // The template, past the copy in the process because this session has just written; the three entries that become old;
      // the announcement. The quota, and the mark of what the session wrote.
      redis: { both: session + 5 },
      // BEGIN, lock, earlier send of the key, row, job, COMMIT.
      postgres: { primary: 6 },
    });
  });

  it('that was sent before costs no quota and changes nothing', async () => {
    const { counts } = await count(() => send('warm'));
    // BEGIN, lock, its id, the row, COMMIT.
    expect(counts.postgres).toEqual({ primary: 5 });
  });
});

describe('a warm read', () => {
  it('of preferences, the newest twenty and the unread count is one round trip in all and no statement', async () => {
    const query = `{ viewer { preferences { email } unreadNotificationCount notifications { nodes { body } } } }`;
    const reader = await world.somebody();
    const ask = (gateway: Gateway) => count(() => gateway.query(query, { token: reader.token }), gateway);
    await ask(apart);
    const { result, counts } = await ask(apart);
    expect(result.errors).toEqual([]);
    expect(counts).toEqual({ redis: { both: session + 1 }, postgres: {} });
    // As it was answered before, it needs no session first to know what to look for.
    await ask(world.gateway);
    expect((await ask(world.gateway)).counts).toEqual({ redis: { both: 1 }, postgres: {} });
  });
});
