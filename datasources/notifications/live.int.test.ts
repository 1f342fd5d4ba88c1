import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runMigrations } from 'graphile-worker';
import { systemClock } from '../../src/clock/clock.ts';
import { createQuotas } from '../../src/limits/quotas.ts';
import { createTurns } from '../../src/limits/turns.ts';
import { log, openAccounts, storeOf, type Gateway } from '../../src/testing/accounts.ts';
import { onServer } from '../../src/testing/database.ts';
import { createLocalPubSub, type LocalPubSub } from '../../src/testing/local-pubsub.ts';
import { channelOf } from './announcements.ts';
import { createLive, type Received } from './live.ts';
import { createSending } from './sending.ts';
import { createTemplates } from './templates.ts';

let accounts: Awaited<ReturnType<typeof openAccounts>>;
let pubsub: LocalPubSub;
let userId: string;
let templateId: string;
beforeAll(async () => {
  accounts = await openAccounts();
  await runMigrations({ connectionString: accounts.primaryUrl });
  const [template] = await onServer<{ id: string }>(
    accounts.primaryUrl,
    `INSERT INTO notification_templates (name, channel, category, body) VALUES ('One', 'PUSH', 'TRANSACTIONAL', 'Hi')
     RETURNING id::text`,
  );
  templateId = template?.id ?? '';
});
beforeEach(async () => {
  pubsub = createLocalPubSub();
  const [user] = await onServer<{ id: string }>(
    accounts.primaryUrl,
    `INSERT INTO users (username, password_hash, display_name)
     VALUES ('u' || clock_timestamp(), '-', 'Somebody') RETURNING id::text`,
  );
  userId = user?.id ?? '';
});
afterEach(() => accounts.closeGateways());
afterAll(() => accounts.drop());

let sent = 0;

/** Sends through the gateway, each in a request of its own; resolves to the ids. */
function sender(gateway: Gateway) {
  const { app, redis } = gateway;
  const quotas = createQuotas({ redis, app, log, lifeMs: 60_000 });
  const turns = createTurns();
  return async () => {
    const store = storeOf(gateway);
    const templates = createTemplates({ store });
    const sending = createSending({ store, clock: systemClock, quotas, turns, pubsub, templates });
    const outcome = await sending.send({
      ...{ senderId: userId, userId, templateId, variables: new Map<string, string>() },
      idempotencyKey: String((sent += 1)),
    });
    if (!outcome.ok || outcome.value === undefined) throw new Error('not sent');
    return outcome.value.id;
  };
}

const listen = (gateway: Gateway, after?: string) =>
  createLive({ openStore: () => storeOf(gateway), pubsub }).receive(userId, after);

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
    const gateways = [await accounts.openGateway(), await accounts.openGateway()] as const;
    const streams = [await listen(gateways[0]), await listen(gateways[1])];
    const all = await Promise.all(gateways.map((gateway) => times(50, sender(gateway))));
    const last = await sender(gateways[0])();
    const expected = [...inOrder(all.flat()), last];
    for (const stream of streams) expect(await take(stream, 101)).toEqual(expected);
  }, 60_000);

  it('begins behind the one that was seen last, with what came before it began and what comes while it reads', async () => {
    const gateway = await accounts.openGateway();
    const before = await times(250, sender(gateway));
    const [first = '', ...rest] = inOrder(before);
    const stream = await listen(gateway, first);
    const later = await times(5, sender(gateway));
    expect(await take(stream, 254)).toEqual([...rest, ...inOrder(later)]);
  }, 60_000);

  it('without one begins now', async () => {
    const gateway = await accounts.openGateway();
    await times(3, sender(gateway));
    const stream = await listen(gateway);
    const next = await sender(gateway)();
    expect(await take(stream, 1)).toEqual([next]);
  });

  it('reads again after a gap', async () => {
    const gateway = await accounts.openGateway();
    const stream = await listen(gateway);
    pubsub.setDeaf(true);
    const missed = await times(3, sender(gateway));
    pubsub.setDeaf(false);
    pubsub.gap();
    expect(await take(stream, 3)).toEqual(inOrder(missed));
  });

  it('reads again when an announcement was lost, as the next one tells', async () => {
    const gateway = await accounts.openGateway();
    const stream = await listen(gateway);
    const first = await sender(gateway)();
    pubsub.setDeaf(true);
    const missed = await times(3, sender(gateway));
    pubsub.setDeaf(false);
    const last = await sender(gateway)();
    expect(await take(stream, 5)).toEqual([first, ...inOrder(missed), last]);
  });

  it('would miss those if it took announcements for all there is: the control', async () => {
    const gateway = await accounts.openGateway();
    const stream = await pubsub.subscribe([channelOf(userId)]);
    pubsub.setDeaf(true);
    await sender(gateway)();
    pubsub.setDeaf(false);
    const last = await sender(gateway)();
    for await (const heard of stream) {
      expect(heard.kind === 'message' && heard.text).toContain(`"id":"${last}"`);
      break;
    }
    stream.close();
  });

  it('keeps the order when announcements overtake each other, or say nothing that is understood', async () => {
    const gateway = await accounts.openGateway();
    const stream = await listen(gateway);
    pubsub.setDeaf(true);
    const [one, two, three] = [await sender(gateway)(), await sender(gateway)(), await sender(gateway)()];
    pubsub.setDeaf(false);
    const announce = (text: string) => pubsub.publish(channelOf(userId), text);
    await announce(JSON.stringify({ id: two, previous: one }));
    await announce(JSON.stringify({ id: one, previous: null }));
    await announce('{"id":"0x1"}');
    await announce('{');
    await announce(JSON.stringify({ id: three, previous: two }));
    const last = await sender(gateway)();
    expect(await take(stream, 4)).toEqual([one, two, three, last]);
  });

  it('leaves out what was suppressed', async () => {
    const gateway = await accounts.openGateway();
    const stream = await listen(gateway, '0');
    const off = (isOff: boolean) =>
      onServer(
        accounts.primaryUrl,
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
    const gateway = await accounts.openGateway();
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
