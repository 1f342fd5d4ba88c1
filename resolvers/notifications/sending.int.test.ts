import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { systemClock } from '../../src/clock/clock.ts';
import { createLog } from '../../src/log/log.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { createRedis } from '../../src/redis/redis.ts';
import { onServer } from '../../src/testing/database.ts';
import type { Gateway } from '../../src/testing/gateway.ts';
import { keyOf, openNotifications, type Notifications } from '../../src/testing/notifications.ts';
import { createWorld, type World } from '../../src/testing/world.ts';

/** A machine that is busy with other tests is no outage. */
const patient = { env: { REQUEST_DEADLINE_MS: '60000', POOL_WAIT_MS: '30000' } };

let world: World;
let second: Gateway;
let notifications: Notifications;
beforeAll(async () => {
  world = await createWorld(patient);
  second = await world.anotherGateway();
  notifications = await openNotifications(world);
});
afterAll(() => world.close());

const gateways = () => [world.gateway, second] as const;
const each = (count: number) => Array.from({ length: count }, (_, index) => index);

/** As a client does: where there was no room, or no answer in time, the same is sent again under the same key. */
async function sendPatiently(...asked: Parameters<Notifications['send']>): ReturnType<Notifications['send']> {
  for (let triesLeft = 20; ; triesLeft -= 1) {
    const answer = await notifications.send(...asked).catch((error: unknown) => {
      if (triesLeft === 0) throw error;
      return undefined;
    });
    const codes = answer?.errors.map(({ extensions }) => extensions.code) ?? ['TIMEOUT'];
    const isDone = !codes.some((code) => code === 'UPSTREAM_UNAVAILABLE' || code === 'TIMEOUT');
    if (answer !== undefined && (isDone || triesLeft === 0)) return answer;
  }
}

/** Sends so many at once, by turns through two gateways; how many each outcome has. */
async function sendAtOnce(count: number, userId: string, templateId: string, prefix: string) {
  const answers = await Promise.all(
    each(count).map((index) =>
      sendPatiently({ userId, templateId, key: `${prefix} ${index}` }, gateways()[index % 2 === 0 ? 0 : 1]),
    ),
  );
  const counts = new Map<string, number>();
  for (const { data, errors } of answers) {
    const sent = data?.sendNotification.notification;
    const outcome = sent?.suppressedBecause ?? sent?.status ?? JSON.stringify(errors);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

describe('a notification', () => {
  it('is filled in, kept, and handed to the workers', async () => {
    const me = await notifications.receiver();
    const templateId = await notifications.template({ subject: 'For {{name}}', body: '<b>{{name}}</b>' });
    const variables = { name: '<Ann>\r\nBcc: all', extra: 'ignored' };
    const { data } = await notifications.send({ userId: me.id, templateId, key: 'one', variables });
    const sent = data?.sendNotification.notification;
    expect(data?.sendNotification).toEqual({
      notification: {
        id: sent?.id,
        status: 'QUEUED',
        suppressedBecause: null,
        subject: 'For <Ann> Bcc: all',
        body: '<b>&lt;Ann&gt;\r\nBcc: all</b>',
        deferredUntil: null,
      },
      userErrors: [],
    });
    expect(await notifications.jobs([keyOf(sent?.id ?? '')])).toMatchObject([
      { task: 'deliver-notification' },
    ]);
  });

  it('is refused without a value for each variable, and names what is missing', async () => {
    const me = await notifications.receiver();
    const templateId = await notifications.template({ body: '{{here}} {{__proto__}} {{gone}}' });
    const send = (variables: Readonly<Record<string, string>>) =>
      notifications.send({ userId: me.id, templateId, key: 'missing', variables });
    const { data } = await send({ here: 'x' });
    expect(data?.sendNotification.notification).toBeNull();
    expect(data?.sendNotification.userErrors.map(({ code, message }) => [code, message])).toEqual([
      ['MISSING_VARIABLE', 'The variable `__proto__` has no value.'],
      ['MISSING_VARIABLE', 'The variable `gone` has no value.'],
    ]);
    expect((await send({ here: 'x'.repeat(2_001) })).data?.sendNotification.userErrors[0]?.code).toBe(
      'INVALID_LENGTH',
    );
    expect(await notifications.count(me.id)).toBe(0);
  });

  it('needs a user and a template that there are, and a key of a length', async () => {
    const me = await notifications.receiver();
    const templateId = await notifications.template();
    const send = (what: object) => notifications.send({ userId: me.id, templateId, key: 'needs', ...what });
    const codeOf = async (what: object) => (await send(what)).errors[0]?.extensions.code;
    expect(await codeOf({ userId: toGlobalId('User', '999999') })).toBe('NOT_FOUND');
    expect(await codeOf({ templateId: toGlobalId('NotificationTemplate', '999999') })).toBe('NOT_FOUND');
    expect(await codeOf({ templateId: me.id })).toBe('BAD_USER_INPUT');
    for (const key of ['', 'x'.repeat(101)])
      expect((await send({ key })).data?.sendNotification.userErrors[0]?.code).toBe('INVALID_LENGTH');
    expect(
      (
        await me.query(
          'mutation ($u: ID!, $t: ID!) { sendNotification(input: { userId: $u, templateId: $t, idempotencyKey: "x" }) { userErrors { code } } }',
          { u: me.id, t: templateId },
        )
      ).errors[0]?.extensions.code,
    ).toBe('FORBIDDEN');
  });

  it('is suppressed where it is not wanted or cannot arrive, and does not show', async () => {
    const [me, unreachable] = [await notifications.receiver(), await world.somebody()];
    await notifications.update(me, { sms: false, promotional: false });
    const [text, advert, mail] = [
      await notifications.template({ channel: 'SMS', category: 'SECURITY' }),
      await notifications.template({ channel: 'PUSH', category: 'PROMOTIONAL' }),
      await notifications.template(),
    ];
    const told = async (userId: string, templateId: string, key: string) => {
      const sent = (await notifications.send({ userId, templateId, key })).data?.sendNotification;
      return [sent?.notification?.status, sent?.notification?.suppressedBecause, sent?.userErrors[0]?.code];
    };
    expect(await told(me.id, text, 'a')).toEqual(['SUPPRESSED', 'CHANNEL_OFF', 'OPTED_OUT']);
    expect(await told(me.id, advert, 'b')).toEqual(['SUPPRESSED', 'PROMOTIONAL_OFF', 'OPTED_OUT']);
    expect(await told(unreachable.id, mail, 'c')).toEqual(['SUPPRESSED', 'NO_ADDRESS', 'NO_ADDRESS']);
    // And so it is told again.
    expect(await told(me.id, text, 'a')).toEqual(['SUPPRESSED', 'CHANNEL_OFF', 'OPTED_OUT']);
    const { data } = await me.query('{ viewer { unreadNotificationCount notifications { nodes { id } } } }');
    expect(data).toEqual({ viewer: { unreadNotificationCount: 0, notifications: { nodes: [] } } });
  });

  it('waits for the end of quiet hours, unless it is about security', async () => {
    const me = await notifications.receiver();
    const now = Date.now();
    const time = (ms: number) => new Date(ms).toISOString().slice(11, 19);
    const quietHours = { start: time(now - 3_600_000), end: time(now + 3_600_000), timeZone: 'Etc/UTC' };
    await notifications.update(me, { quietHours });
    const send = async (category: string) => {
      const templateId = await notifications.template({ category });
      return (await notifications.send({ userId: me.id, templateId, key: category })).data?.sendNotification
        .notification;
    };
    const [waiting, urgent] = [await send('TRANSACTIONAL'), await send('SECURITY')];
    expect([waiting?.status, urgent?.status]).toEqual(['DEFERRED', 'QUEUED']);
    const until = Math.floor((now + 3_600_000) / 1_000) * 1_000;
    expect(Date.parse(waiting?.deferredUntil ?? '')).toBe(until);
    const [job] = await notifications.jobs([keyOf(waiting?.id ?? '')]);
    expect(job?.runAt.getTime()).toBe(until);
  });
});

describe('200 sends at once through two gateways to one user', () => {
  it('let 10 e-mails pass', async () => {
    const me = await notifications.receiver();
    const templateId = await notifications.template();
    expect(await sendAtOnce(200, me.id, templateId, 'mail')).toEqual({ QUEUED: 10, QUOTA_USED_UP: 190 });
    expect(await notifications.count(me.id, `status = 'QUEUED'`)).toBe(10);
  }, 120_000);

  it('let 3 promotional ones pass, and the refused ones leave 7 other e-mails', async () => {
    const me = await notifications.receiver();
    const [advert, mail] = [
      await notifications.template({ category: 'PROMOTIONAL' }),
      await notifications.template(),
    ];
    expect(await sendAtOnce(200, me.id, advert, 'advert')).toEqual({ QUEUED: 3, QUOTA_USED_UP: 197 });
    expect(await sendAtOnce(20, me.id, mail, 'rest')).toEqual({ QUEUED: 7, QUOTA_USED_UP: 13 });
  }, 120_000);
});

describe('one key 50 times at once', () => {
  it('makes one notification and one job, and is answered the same each time', async () => {
    const me = await notifications.receiver();
    const templateId = await notifications.template();
    const answers = await Promise.all(
      each(50).map((index) =>
        notifications.send({ userId: me.id, templateId, key: 'same' }, gateways()[index % 2 === 0 ? 0 : 1]),
      ),
    );
    const ids = answers.map(({ data }) => data?.sendNotification.notification?.id ?? '');
    expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect(await notifications.count(me.id)).toBe(1);
    expect(await notifications.jobs([...new Set(ids)].map(keyOf))).toHaveLength(1);
    expect(await sendAtOnce(12, me.id, templateId, 'others')).toEqual({ QUEUED: 9, QUOTA_USED_UP: 3 });
  }, 60_000);

  it('for two users at once goes to one of them', async () => {
    const [me, other] = [await notifications.receiver(), await notifications.receiver()];
    const templateId = await notifications.template();
    const answers = await Promise.all(
      each(20).map((index) =>
        notifications.send({ userId: index % 2 === 0 ? me.id : other.id, templateId, key: 'two users' }),
      ),
    );
    expect(new Set(answers.map(({ data }) => data?.sendNotification.notification?.id)).size).toBe(1);
    expect((await notifications.count(me.id)) + (await notifications.count(other.id))).toBe(1);
  }, 60_000);

  it('is answered as the first time although the template has become another', async () => {
    const me = await notifications.receiver();
    const templateId = await notifications.template({ name: 'Changing', body: 'as it was' });
    const send = () => notifications.send({ userId: me.id, templateId, key: 'changing' });
    const first = await send();
    await notifications.template({ id: templateId, name: 'Changing', body: '{{missing}}' });
    expect((await send()).data).toEqual(first.data);
  });
});

describe('what fails uses up nothing', () => {
  it('when the row cannot be stored', async () => {
    const me = await notifications.receiver();
    const [failing, mail] = [await notifications.template({ body: 'fails' }), await notifications.template()];
    await onServer(
      world.database.primaryUrl,
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN IF NEW.body = 'fails' THEN RAISE 'refused'; END IF; RETURN NEW; END $$;
       CREATE TRIGGER refuse BEFORE INSERT ON notifications FOR EACH ROW EXECUTE FUNCTION refuse()`,
    );
    for (const index of each(12)) {
      const { errors } = await notifications.send({
        userId: me.id,
        templateId: failing,
        key: `fails ${index}`,
      });
      expect(errors[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
    }
    expect(await sendAtOnce(12, me.id, mail, 'after')).toEqual({ QUEUED: 10, QUOTA_USED_UP: 2 });
  }, 60_000);

  it('when Redis has no quotas to ask for: nothing is sent', async () => {
    const me = await notifications.receiver();
    const templateId = await notifications.template();
    const cutOff = await world.anotherGateway({
      env: { ...patient.env, REDIS_STATE_URL: 'redis://127.0.0.1:1', CONNECT_TIMEOUT_MS: '100' },
    });
    const { errors } = await notifications.send({ userId: me.id, templateId, key: 'cut off' }, cutOff);
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(await notifications.count(me.id)).toBe(0);
  });
});

describe('a Redis that has lost the counters', () => {
  it('has them again before anything passes', async () => {
    const me = await notifications.receiver();
    const templateId = await notifications.template();
    expect(await sendAtOnce(8, me.id, templateId, 'before')).toEqual({ QUEUED: 8 });
    const redis = createRedis({
      url: inject('redisUrl'),
      role: 'state',
      settings: { deadlineMs: 5_000 },
      ...{ clock: systemClock, metrics: createMetrics(), log: createLog({ level: 'silent' }) },
    });
    await redis.untilUp(5_000);
    const [found] = await redis.batch([['keys', `${world.app}:quota:{${keyOf(me.id)}}:*`]]);
    const keys = Array.isArray(found) ? found.map(String) : [];
    expect(keys).toHaveLength(1);
    await redis.batch([['del', ...keys]]);
    await redis.close();
    expect(await sendAtOnce(12, me.id, templateId, 'after loss')).toEqual({ QUEUED: 2, QUOTA_USED_UP: 10 });
  }, 60_000);
});
