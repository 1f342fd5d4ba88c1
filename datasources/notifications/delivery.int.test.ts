import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { createGateway, uniqueApp, type Gateway } from '../../src/cache/testing/gateway.ts';
import { systemClock } from '../../src/clock/clock.ts';
import { createDeadline } from '../../src/clock/deadline.ts';
import { createDatabase, type Database } from '../../src/database/database.ts';
import type { Task, Turn } from '../../src/jobs/task.ts';
import { createLog } from '../../src/log/log.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { NotAccepted, type Outgoing, type Provider } from '../../src/providers/provider.ts';
import { createJoinedLoads } from '../../src/store/joined-loads.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { createTransactions, type Transactions } from '../../src/store/transactions.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../../src/testing/database.ts';
import { createDelivery } from './delivery.ts';

let own: TestDatabase;
let gateway: Gateway;
let database: Database;
let transactions: Transactions;
let delivery: Task;
let userId: string;

const log = createLog({ level: 'silent' });
const parts = { clock: systemClock, metrics: createMetrics(), log };
const sent: (Outgoing & { readonly way: string })[] = [];
/** Whose listeners were told, and what was given back. */
const told: string[] = [];
const refunded: string[] = [];
/** What the provider does before it accepts. */
let meanwhile: () => Promise<void> = () => Promise.resolve();
/** How many of the next writes fail before they begin. */
let failingWrites = 0;

const provider = (way: string): Provider => ({
  async send(message) {
    await meanwhile();
    sent.push({ ...message, way });
  },
  close: () => Promise.resolve(),
});

function openStore(): Store {
  const deadline = createDeadline(systemClock, 15_000);
  const store = createStore({
    ...{ cache: gateway.cache, database, transactions, deadline, clock: systemClock },
    loads: createJoinedLoads(systemClock),
  });
  return {
    ...store,
    write: (work) => {
      if (failingWrites === 0 || sent.length === 0) return store.write(work);
      failingWrites -= 1;
      return Promise.reject(new Error('no database'));
    },
  };
}

beforeAll(async () => {
  own = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [] });
  gateway = await createGateway({ url: inject('redisUrl'), app: uniqueApp() });
  database = await createDatabase({
    primaryUrl: own.primaryUrl,
    replicaUrls: [],
    settings: {
      poolSize: 4,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 10_000,
      sampleMs: 1_000,
      maxLagMs: 5_000,
    },
    ...parts,
  });
  transactions = createTransactions({ cache: gateway.cache, database, clock: systemClock, log });
  delivery = createDelivery({
    openStore,
    providers: { EMAIL: provider('EMAIL'), SMS: provider('SMS'), PUSH: provider('PUSH') },
    pubsub: {
      publish: (channel, text) => Promise.resolve(told.push(`${channel} ${text}`) > 0),
      subscribe: () => Promise.reject(new Error('nobody listens here')),
    },
    quotas: { refund: ({ subject, id }) => Promise.resolve(refunded.push(`${subject} ${id}`) > 0) },
    clock: systemClock,
    log,
  });
});
beforeEach(async () => {
  for (const list of [sent, told, refunded]) list.length = 0;
  failingWrites = 0;
  meanwhile = () => Promise.resolve();
  const [user] = await ask<{ id: string }>(
    `INSERT INTO users (username, password_hash, display_name, email, phone)
     VALUES ('u' || (SELECT count(*) FROM users), '', 'Alice', 'alice' || (SELECT count(*) FROM users) || '@example.com', '+4179')
     RETURNING id::text`,
  );
  userId = user?.id ?? '';
});
afterAll(async () => {
  await transactions.close();
  await gateway.close();
  await database.close();
  await own.drop();
});

const ask = <Row extends Record<string, unknown>>(text: string, values: readonly unknown[] = []) =>
  onServer<Row>(own.primaryUrl, text, values);

async function queue({ channel = 'EMAIL', category = 'TRANSACTIONAL', status = 'QUEUED' } = {}) {
  const [row] = await ask<{ id: string }>(
    `INSERT INTO notifications (user_id, idempotency_key, channel, category, status, subject, body, deferred_until)
     VALUES ($1, '', $2, $3, $4, 'Hello', '<p>You</p>', CASE WHEN $4 = 'DEFERRED' THEN now() END) RETURNING id::text`,
    [userId, channel, category, status],
  );
  return row?.id ?? '';
}

const rowOf = async (id: string) =>
  (
    await ask(
      `SELECT status, suppressed_because AS reason, sent_at IS NOT NULL AS "isSent", deferred_until AS "until",
         attempts, last_error AS error FROM notifications WHERE id = $1`,
      [id],
    )
  )[0];

const turn: Turn = { attempt: 1, signal: new AbortController().signal, isOurs: () => true };
const run = (id: string, more: Partial<Turn> = {}) =>
  delivery.run({ notificationId: id }, { ...turn, ...more });
const optOut = (column: string) =>
  ask(
    `INSERT INTO notification_preferences (user_id, ${column}) VALUES ($1, false)
     ON CONFLICT (user_id) DO UPDATE SET ${column} = false`,
    [userId],
  );

describe('a delivery', () => {
  it.each([
    ['EMAIL', /^alice\d+@example\.com$/],
    ['SMS', /^\+4179$/],
    ['PUSH', /^\d+$/],
  ])('by %s reaches the user, and is recorded', async (channel, address) => {
    const id = await queue({ channel });
    await run(id);
    expect(sent).toEqual([
      {
        id: expect.stringMatching(new RegExp(`^notification-${id}-\\d{13}$`)) as string,
        way: channel,
        to: expect.stringMatching(address) as string,
        subject: 'Hello',
        body: '<p>You</p>',
      },
    ]);
    expect(await rowOf(id)).toMatchObject({ status: 'SENT', isSent: true, attempts: 1, error: null });
  });

  it('that was deferred is sent when its time has come', async () => {
    const id = await queue({ status: 'DEFERRED' });
    await run(id);
    expect(await rowOf(id)).toMatchObject({ status: 'SENT', until: null });
  });

  it.each(['SENT', 'FAILED'])('of what is %s already does nothing', async (status) => {
    const id = await queue({ status });
    await run(id);
    expect({ sent, status: (await rowOf(id))?.['status'] }).toEqual({ sent: [], status });
  });

  it('is made once, though two workers have the job', async () => {
    const id = await queue();
    meanwhile = () => systemClock.sleep(50);
    await Promise.all([run(id), run(id), run(id)]);
    expect(sent).toHaveLength(1);
  });

  it('is not begun by a worker whose job may be another’s', async () => {
    const id = await queue();
    await expect(run(id, { isOurs: () => false })).rejects.toThrow('another worker');
    expect({ sent, row: await rowOf(id) }).toMatchObject({ sent: [], row: { status: 'QUEUED' } });
  });
});

describe('somebody who opts out after it was queued', () => {
  it.each([
    ['email', 'EMAIL', 'TRANSACTIONAL', 'CHANNEL_OFF'],
    ['sms', 'SMS', 'SECURITY', 'CHANNEL_OFF'],
    ['push', 'PUSH', 'PROMOTIONAL', 'CHANNEL_OFF'],
    ['promotional', 'EMAIL', 'PROMOTIONAL', 'PROMOTIONAL_OFF'],
  ])('of %s gets no %s that is %s', async (column, channel, category, reason) => {
    const id = await queue({ channel, category });
    await optOut(column);
    await run(id);
    expect({ sent, row: await rowOf(id) }).toMatchObject({
      sent: [],
      row: { status: 'SUPPRESSED', reason, isSent: false },
    });
  });

  it('of one thing gets the others', async () => {
    const id = await queue({ channel: 'EMAIL' });
    await optOut('sms');
    await optOut('promotional');
    await run(id);
    expect(sent).toHaveLength(1);
  });

  it('and withdraws what waits, waits for what is being handed over at this moment', async () => {
    const id = await queue();
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const begun = new Promise<void>((resolve) => {
      meanwhile = () => {
        resolve();
        return gate;
      };
    });
    const running = run(id);
    await begun;
    const withdrawing = ask<{ id: string }>(
      `UPDATE notifications SET status = 'SUPPRESSED', suppressed_because = 'CHANNEL_OFF'
       WHERE id = $1 AND status = 'QUEUED' RETURNING id`,
      [id],
    );
    await vi.waitFor(async () => expect(await waitingForLocks()).toBe(1), { timeout: 900, interval: 5 });
    open();
    expect(await withdrawing).toEqual([]);
    await running;
    expect(await rowOf(id)).toMatchObject({ status: 'SENT' });
  });

  it('does not wait for long where the provider is slow, and what it took nevertheless is recorded', async () => {
    const id = await queue();
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    meanwhile = () => gate;
    const running = run(id);
    // Free again although the provider has not answered.
    await vi.waitFor(() => ask('SELECT FROM notifications WHERE id = $1 FOR UPDATE NOWAIT', [id]), {
      timeout: 15_000,
      interval: 50,
    });
    open();
    await running;
    expect(await rowOf(id)).toMatchObject({ status: 'SENT', attempts: 1 });
  });
});

const waitingForLocks = async () =>
  (await ask(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`))
    .length;

describe('a provider', () => {
  it('that refuses for good is asked once', async () => {
    const id = await queue();
    meanwhile = () =>
      Promise.reject(new NotAccepted('SMTP: 550', { isFinal: true, detail: '550 no <alice@example.com>' }));
    await run(id);
    expect(await rowOf(id)).toMatchObject({
      status: 'FAILED',
      isSent: false,
      error: '550 no <alice@example.com>',
    });
  });

  it('uses up nothing where it refuses, and what it accepts is told to whoever listens', async () => {
    const accepted = await queue();
    await run(accepted);
    expect(told).toEqual([`notifications:${userId} {"id":"${accepted}","previous":"${accepted}"}`]);
    expect(refunded).toEqual([]);
    await ask(`UPDATE notifications SET idempotency_key = 'first' WHERE id = $1`, [accepted]);
    const refusedOne = await queue();
    meanwhile = () => Promise.reject(new NotAccepted('SMTP: 550', { isFinal: true, detail: '550' }));
    await run(refusedOne);
    expect(refunded).toEqual([`${userId} :`]);
    expect(told).toHaveLength(1);
  });

  it('that fails is asked again; what it said stays in the database', async () => {
    const id = await queue();
    meanwhile = () =>
      Promise.reject(new NotAccepted('SMTP: 451', { detail: '451 later, <alice@example.com>' }));
    await expect(run(id, { attempt: 3 })).rejects.toThrow(/^SMTP: 451$/);
    expect(await rowOf(id)).toMatchObject({
      status: 'QUEUED',
      attempts: 3,
      error: '451 later, <alice@example.com>',
    });
    await delivery.abandon({ notificationId: id }, 'SMTP: 451');
    expect(await rowOf(id)).toMatchObject({ status: 'FAILED', isSent: false });
  });

  it('that has accepted it is not handed it again because the database was away', async () => {
    const id = await queue();
    failingWrites = 3;
    // The transaction that held the row is lost behind the provider's word.
    meanwhile = async () => {
      await ask(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND state = 'idle in transaction'`);
    };
    await run(id);
    expect(sent).toHaveLength(1);
    expect(failingWrites).toBe(0);
    expect(await rowOf(id)).toMatchObject({ status: 'SENT' });
  });
});

it('a job that names nothing ends without a record', async () => {
  await run('123456789');
  await delivery.abandon({ notificationId: '123456789' }, 'no');
  await expect(delivery.run({}, turn)).rejects.toThrow();
  await delivery.abandon({}, 'no');
  expect(sent).toEqual([]);
});
