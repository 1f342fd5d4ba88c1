import { parse, subscribe } from 'graphql';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { anonymous } from '../../src/auth/viewer.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import { storeOf, type Gateway } from '../../src/testing/accounts.ts';
import { onServer } from '../../src/testing/database.ts';
import { createFakePubSub, type FakePubSub } from '../../src/testing/fake-pubsub.ts';
import { openNotificationDomain } from '../../src/testing/notification-domain.ts';
import { channelOf } from './announcements.ts';
import { createLive, type Received } from './live.ts';

let domain: Awaited<ReturnType<typeof openNotificationDomain>>;
let pubsub: FakePubSub;
let userId: string;
beforeAll(async () => {
  domain = await openNotificationDomain();
});
beforeEach(async () => {
  pubsub = createFakePubSub();
  userId = await domain.somebody();
});
afterEach(() => domain.closeGateways());
afterAll(() => domain.drop());

/** Sends through the gateway, each in a request of its own; resolves to the ids. */
const sender = (gateway: Gateway) => () => domain.of(gateway, pubsub).send(userId);

const listen = (gateway: Gateway, after?: string) => domain.of(gateway, pubsub).live.receive(userId, after);

/** The ids of the next so many. */
async function take(stream: AsyncIterator<Received>, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const next = await stream.next();
    if (next.done === true) throw new Error(`ended after ${ids.join(' ')}`);
    ids.push(next.value.id);
  }
  return ids;
}

const inOrder = (ids: readonly string[]) => ids.toSorted((one, other) => Number(one) - Number(other));
const times = async <T>(count: number, work: () => Promise<T>): Promise<readonly T[]> =>
  Promise.all(Array.from({ length: count }, work));

describe('a stream of notifications', () => {
  it('has each once and in order, whichever gateways they come through', async () => {
    const gateways = [await domain.openGateway(), await domain.openGateway()] as const;
    const streams = [await listen(gateways[0]), await listen(gateways[1])];
    const all = await Promise.all(gateways.map((gateway) => times(50, sender(gateway))));
    const last = await sender(gateways[0])();
    const expected = [...inOrder(all.flat()), last];
    for (const stream of streams) expect(await take(stream, 101)).toEqual(expected);
  }, 60_000);

  it('begins behind the one that was seen last, with what came before it began and what comes while it reads', async () => {
    const gateway = await domain.openGateway();
    const before = await times(250, sender(gateway));
    const [first = '', ...rest] = inOrder(before);
    const stream = await listen(gateway, first);
    const later = await times(5, sender(gateway));
    expect(await take(stream, 254)).toEqual([...rest, ...inOrder(later)]);
  }, 60_000);

  it('without one begins now', async () => {
    const gateway = await domain.openGateway();
    await times(3, sender(gateway));
    const stream = await listen(gateway);
    const next = await sender(gateway)();
    expect(await take(stream, 1)).toEqual([next]);
  });

  it('reads again after a gap', async () => {
    const gateway = await domain.openGateway();
    const stream = await listen(gateway);
    pubsub.isDeaf = true;
    const missed = await times(3, sender(gateway));
    pubsub.isDeaf = false;
    pubsub.gap();
    expect(await take(stream, 3)).toEqual(inOrder(missed));
  });

  it('reads again when an announcement was lost, as the next one tells', async () => {
    const gateway = await domain.openGateway();
    const stream = await listen(gateway);
    const first = await sender(gateway)();
    pubsub.isDeaf = true;
    const missed = await times(3, sender(gateway));
    pubsub.isDeaf = false;
    const last = await sender(gateway)();
    expect(await take(stream, 5)).toEqual([first, ...inOrder(missed), last]);
  });

  it('would miss those if it took announcements for all there is: the control', async () => {
    const gateway = await domain.openGateway();
    const stream = await pubsub.subscribe([channelOf(userId)]);
    pubsub.isDeaf = true;
    await sender(gateway)();
    pubsub.isDeaf = false;
    const last = await sender(gateway)();
    for await (const heard of stream) {
      expect(heard.kind === 'message' && heard.text).toContain(`"id":"${last}"`);
      break;
    }
    stream.close();
  });

  it('keeps the order when announcements overtake each other, or say nothing that is understood', async () => {
    const gateway = await domain.openGateway();
    const stream = await listen(gateway);
    pubsub.isDeaf = true;
    const [one, two, three] = [await sender(gateway)(), await sender(gateway)(), await sender(gateway)()];
    pubsub.isDeaf = false;
    const announce = (text: string) => pubsub.publish(channelOf(userId), text);
    await announce(JSON.stringify({ id: two, previous: one }));
    await announce(JSON.stringify({ id: one, previous: null }));
    await announce('{"id":"0x1"}');
    await announce('{');
    await announce(JSON.stringify({ id: three, previous: two }));
    const last = await sender(gateway)();
    expect(await take(stream, 4)).toEqual([one, two, three, last]);
  });

  it('would lose one that is committed behind a later one, if sends to a user did not queue: the control', async () => {
    const gateway = await domain.openGateway();
    const stream = await listen(gateway);
    const client = new pg.Client({ connectionString: domain.primaryUrl });
    await client.connect();
    onTestFinished(() => client.end());
    const insert = `INSERT INTO notifications (user_id, idempotency_key, channel, category, status, body)
      VALUES ($1, $2, 'PUSH', 'SECURITY', 'SENT', 'past the gateways') RETURNING id::text`;
    await client.query('BEGIN');
    await client.query(insert, [userId, 'slow']);
    const [quick] = await onServer<{ id: string }>(domain.primaryUrl, insert, [userId, 'quick']);
    pubsub.gap();
    expect(await take(stream, 1)).toEqual([quick?.id]);
    await client.query('COMMIT');
    pubsub.gap();
    const next = await sender(gateway)();
    expect(await take(stream, 1)).toEqual([next]);
  });

  it('leaves out what was suppressed', async () => {
    const gateway = await domain.openGateway();
    const stream = await listen(gateway, '0');
    const off = (isOff: boolean) =>
      onServer(
        domain.primaryUrl,
        `INSERT INTO notification_preferences (user_id, push) VALUES ($1, $2)
         ON CONFLICT (user_id) DO UPDATE SET push = excluded.push`,
        [userId, !isOff],
      );
    const first = await sender(gateway)();
    await off(true);
    await sender(gateway)();
    await off(false);
    const last = await sender(gateway)();
    expect(await take(stream, 2)).toEqual([first, last]);
  });

  it('ends when its client leaves, also while it waits, and when the primary cannot be asked', async () => {
    const gateway = await domain.openGateway();
    const stream = await listen(gateway);
    const waiting = stream.next();
    await stream.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    const failing = createLive({
      openStore: () => ({ ...storeOf(gateway), read: () => Promise.reject(new Error('away')) }),
      pubsub,
    });
    await expect(failing.receive(userId, undefined)).rejects.toThrow('away');
    const later = await failing.receive(userId, '1');
    await expect(later.next()).rejects.toThrow('away');
    expect(pubsub.listeners()).toBe(0);
  });
});

describe('the subscription', () => {
  const schema = createSchema();
  const start = (contextValue: object, after?: string) =>
    subscribe({
      schema,
      document: parse(
        'subscription ($after: ID) { notificationReceived(after: $after) { id status body readAt } }',
      ),
      variableValues: { after },
      contextValue: { provenUserIds: new Set(), ...contextValue },
    });
  const signedIn = (gateway: Gateway) => ({
    viewer: { kind: 'signed-in', role: 'USER', userId, sessionId: '1' },
    data: { notifications: domain.of(gateway, pubsub) },
  });

  it('shows what came since the one that is named, and what comes', async () => {
    const gateway = await domain.openGateway();
    const [first, missed] = [await sender(gateway)(), await sender(gateway)()];
    const stream = await start(signedIn(gateway), toGlobalId('Notification', first));
    if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream));
    const next = await sender(gateway)();
    for (const id of [missed, next]) {
      expect(await stream.next()).toEqual({
        done: false,
        value: {
          data: {
            notificationReceived: {
              id: toGlobalId('Notification', id),
              status: 'QUEUED',
              body: 'Hi',
              readAt: null,
            },
          },
        },
      });
    }
    await stream.return();
    expect(pubsub.listeners()).toBe(0);
  });

  it('is for the signed-in, and knows its own ids', async () => {
    const gateway = await domain.openGateway();
    const codes = async (contextValue: object, after?: string) => {
      const result = await start(contextValue, after);
      return 'errors' in result ? result.errors.map(({ originalError }) => originalError) : undefined;
    };
    expect(await codes({ viewer: anonymous })).toMatchObject([{ code: 'UNAUTHENTICATED' }]);
    expect(await codes(signedIn(gateway), toGlobalId('User', '1'))).toMatchObject([
      { code: 'BAD_USER_INPUT' },
    ]);
    expect(pubsub.listeners()).toBe(0);
  });
});
