import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { openNotifications, type Notifications } from '../../src/testing/notifications.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let notifications: Notifications;
beforeAll(async () => {
  world = await createWorld();
  notifications = await openNotifications(world);
});
afterAll(() => world.close());

const everything = { email: true, sms: true, push: true, promotional: true, quietHours: null };

describe('preferences', () => {
  const look = async (who: Person) =>
    (
      await who.query<{ viewer: { preferences: unknown } }>(
        '{ viewer { preferences { email sms push promotional quietHours { start end timeZone } } } }',
      )
    ).data?.viewer.preferences;

  it('allow everything to begin with', async () => {
    expect(await look(await world.somebody())).toEqual(everything);
  });

  it('change where they are named and keep the rest; null takes quiet hours away', async () => {
    const me = await world.somebody();
    const quietHours = { start: '22:30', end: '06:15:30', timeZone: 'Europe/Zurich' };
    const { data } = await notifications.update(me, { sms: false, quietHours });
    expect(data?.updatePreferences).toEqual({
      preferences: { ...everything, sms: false, quietHours },
      userErrors: [],
    });
    await notifications.update(me, { promotional: false });
    expect(await look(me)).toEqual({ ...everything, sms: false, promotional: false, quietHours });
    await notifications.update(me, { quietHours: null, sms: true });
    expect(await look(me)).toEqual({ ...everything, promotional: false });
  });

  it('refuse quiet hours without length, and times and zones that there are not', async () => {
    const me = await world.somebody();
    const set = (start: string, end: string, timeZone = 'Europe/Zurich') =>
      notifications.update(me, { email: false, quietHours: { start, end, timeZone } });
    expect((await set('07:00', '07:00:00')).data?.updatePreferences).toEqual({
      preferences: null,
      userErrors: [{ code: 'INVALID_QUIET_HOURS', field: ['input', 'quietHours'] }],
    });
    for (const [start, end, zone] of [
      ['24:00', '07:00', 'Europe/Zurich'],
      ['22:00', '07:00', 'Europe/Atlantis'],
    ] as const)
      expect((await set(start, end, zone)).errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(await look(me)).toEqual(everything);
  });

  it('are shown as changed through every gateway at once', async () => {
    const [me, other] = [await world.somebody(), await world.anotherGateway()];
    const seen = async () =>
      (
        await other.query<{ viewer: { preferences: { push: boolean } } }>(
          '{ viewer { preferences { push } } }',
          { token: me.token },
        )
      ).data?.viewer.preferences.push;
    for (const push of [true, false, true, false]) {
      await notifications.update(me, { push });
      expect(await seen()).toBe(push);
    }
  });
});

describe('templates', () => {
  const save = async (input: Readonly<Record<string, unknown>>) =>
    (
      await notifications.admin.query<{
        saveNotificationTemplate: { template: unknown; userErrors: readonly { code: string }[] };
      }>(
        `mutation ($input: SaveNotificationTemplateInput!) {
          saveNotificationTemplate(input: $input) {
            template { name channel category subject body variables } userErrors { code field }
          }
        }`,
        { input },
      )
    ).data?.saveNotificationTemplate;
  const mail = {
    name: 'Welcome',
    channel: 'EMAIL',
    category: 'TRANSACTIONAL',
    subject: 'Welcome, {{name}}',
    body: '<p>{{name}}, here is {{what}}</p>',
  };

  it('tell their variables, and change for everybody at once', async () => {
    expect(await save(mail)).toEqual({
      template: { ...mail, variables: ['name', 'what'] },
      userErrors: [],
    });
    const id = await notifications.template({ body: 'old' });
    const read = async () =>
      (
        await notifications.service.query<{ notificationTemplate: { body: string } }>(
          'query ($id: ID!) { notificationTemplate(id: $id) { body } }',
          { id },
        )
      ).data?.notificationTemplate.body;
    expect(await read()).toBe('old');
    await save({ ...mail, id, name: 'Changed', body: 'new' });
    expect(await read()).toBe('new');
  });

  it.each([
    ['a name that is taken', { name: 'Welcome' }, 'TEMPLATE_NAME_TAKEN'],
    ['no name', { name: ' ' }, 'INVALID_LENGTH'],
    ['an e-mail without a subject', { subject: null }, 'INVALID_LENGTH'],
    ['a line break in the subject', { subject: 'a\r\nBcc: b@example.com' }, 'INVALID_TEMPLATE'],
    ['a malformed subject', { subject: '{{name' }, 'INVALID_TEMPLATE'],
    ['a malformed body', { body: 'Hello {{ }}' }, 'INVALID_TEMPLATE'],
    ['an empty body', { body: '' }, 'INVALID_LENGTH'],
    ['a text message with a subject', { channel: 'SMS' }, 'INVALID_TEMPLATE'],
    ['a long text message', { channel: 'SMS', subject: null, body: 'x'.repeat(1_001) }, 'INVALID_LENGTH'],
  ])('are refused: %s', async (_, change, code) => {
    const input = { ...mail, name: 'Refused', ...change };
    expect(await save(input)).toMatchObject({ template: null, userErrors: [{ code }] });
  });

  it('are shown to admins and services, saved by admins, and not found by others', async () => {
    const id = await notifications.template();
    const me = await world.somebody();
    const codes = async (who: Person, document: string, variables: Readonly<Record<string, unknown>>) =>
      (await who.query(document, variables)).errors.map(({ extensions }) => extensions.code);
    const find = 'query ($id: ID!) { node(id: $id) { id ... on NotificationTemplate { name } } }';
    expect(await codes(notifications.service, find, { id })).toEqual([]);
    expect(await codes(me, find, { id })).toEqual(['NOT_FOUND']);
    expect(await codes(me, 'query ($id: ID!) { notificationTemplate(id: $id) { id } }', { id })).toEqual([
      'FORBIDDEN',
    ]);
    const saving = `mutation ($input: SaveNotificationTemplateInput!) {
      saveNotificationTemplate(input: $input) { userErrors { code } } }`;
    expect(await codes(notifications.service, saving, { input: mail })).toEqual(['FORBIDDEN']);
    expect(
      await codes(notifications.admin, saving, {
        input: { ...mail, name: 'x', id: toGlobalId('NotificationTemplate', '999999') },
      }),
    ).toEqual(['NOT_FOUND']);
  });
});
