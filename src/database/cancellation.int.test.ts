import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { zeroLsn } from '../clock/lsn.ts';
import { seededRandom } from '../clock/random.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../testing/database.ts';
import { createDatabase, type Database } from './database.ts';
import { openSession } from './session.ts';
import { createSlots } from './slots.ts';
import { sql } from './sql.ts';

let own: TestDatabase;
let database: Database;

beforeAll(async () => {
  own = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [inject('replicaUrl')] });
  await onServer(own.primaryUrl, 'CREATE TABLE notes (id integer PRIMARY KEY)');
  database = await createDatabase({
    primaryUrl: own.primaryUrl,
    replicaUrls: own.replicaUrls,
    settings: {
      poolSize: 2,
      poolQueue: 200,
      poolWaitMs: 15_000,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 10_000,
      sampleMs: 50,
      // Other tests share the replica, and how far it is behind is not looked at here.
      maxLagMs: 25_000,
    },
    clock: systemClock,
    metrics: createMetrics(),
    log: createLog({ level: 'silent' }),
  });
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

const asleep = `SELECT FROM pg_stat_activity
  WHERE query ~ 'pg_sleep\\(30\\)' AND state = 'active' AND datname = current_database() AND pid <> pg_backend_pid()`;
/** On the primary and the replica: on a busy machine a read goes to the one while the other seems to be away. */
const onBoth = async (query: string) =>
  (await Promise.all([own.primaryUrl, ...own.replicaUrls].map((url) => onServer(url, query)))).flat();
const sleepers = async () => (await onBoth(asleep)).length;
const insert = (id: number) => sql`INSERT INTO notes VALUES (${id})`;
const replicaUrl = () => own.replicaUrls[0] ?? '';
const gone = new Error('the client is gone');

describe('a read whose signal is aborted', () => {
  beforeEach(async () => {
    await vi.waitFor(() => expect(database.status()).toMatchObject({ primary: true, replicas: [true] }), {
      timeout: 5_000,
    });
  });

  it('rejects at once with the reason, and its statement ends on the server', async () => {
    const controller = new AbortController();
    const reading = database.read({ atLeast: zeroLsn, signal: controller.signal }, (db) =>
      db.rows(sql`SELECT pg_sleep(30)`),
    );
    await vi.waitFor(async () => expect(await sleepers()).toBe(1), { timeout: 5_000 });
    controller.abort(gone);
    await expect(reading).rejects.toBe(gone);
    await vi.waitFor(async () => expect(await sleepers()).toBe(0), { timeout: 5_000 });
    expect(database.status()).toMatchObject({ primary: true, replicas: [true] });
  });

  it('goes on to its end on the server when it is merely abandoned: the test would notice', async () => {
    const reading = database.read({ atLeast: zeroLsn }, (db) => db.rows(sql`SELECT pg_sleep(30)`));
    reading.catch(() => undefined);
    await vi.waitFor(async () => expect(await sleepers()).toBe(1), { timeout: 5_000 });
    await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, 500))]);
    expect(await sleepers()).toBe(1);
    await onBoth(asleep.replace('FROM', 'pg_cancel_backend(pid) FROM'));
    await expect(reading).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it('does not begin, and does not wait for a connection, when nobody waits for it', async () => {
    const signal = AbortSignal.abort(gone);
    const work = vi.fn();
    await expect(database.read({ atLeast: zeroLsn, signal }, work)).rejects.toBe(gone);
    expect(work).not.toHaveBeenCalled();

    const [holding, waiting] = [new AbortController(), new AbortController()];
    const read = ({ signal: wanted }: AbortController) =>
      database.read({ atLeast: zeroLsn, signal: wanted }, (db) => db.rows(sql`SELECT pg_sleep(30)`));
    const holders = [read(holding), read(holding)].map((each) => expect(each).rejects.toBe(gone));
    const waiter = expect(read(waiting)).rejects.toBe(gone);
    waiting.abort(gone);
    await waiter;
    holding.abort(gone);
    await Promise.all(holders);
  });
});

describe('a late cancel', () => {
  /** Many short statements on two connections; half are aborted at about the time when they end. */
  async function storm(rounds: number, read: (signal?: AbortSignal) => Promise<unknown>) {
    const random = seededRandom(7);
    const outcomes = { innocents: 0, hit: 0, aborted: 0 };
    await Promise.all(
      Array.from({ length: 16 }, async (_, worker) => {
        for (let round = 0; round < rounds; round += 1) {
          if (worker % 2 === 0) {
            await read().then(
              () => (outcomes.innocents += 1),
              () => (outcomes.hit += 1),
            );
          } else {
            const controller = new AbortController();
            const timer = setTimeout(() => controller.abort(gone), random() * 6);
            await read(controller.signal).catch(() => (outcomes.aborted += 1));
            clearTimeout(timer);
          }
        }
      }),
    );
    return outcomes;
  }

  it('never hits the next statement on the connection', async () => {
    const outcomes = await storm(100, (signal) =>
      database.read({ atLeast: zeroLsn, signal }, (db) => db.rows(sql`SELECT pg_sleep(0.001)`)),
    );
    expect(outcomes).toMatchObject({ innocents: 800, hit: 0 });
    expect(outcomes.aborted).toBeGreaterThan(100);
  });

  /** A's statement ends by itself before its cancel is sent; B waits for the only connection. What B comes to. */
  async function lateFor({ answersEarly }: { readonly answersEarly: boolean }): Promise<string> {
    const pool = new pg.Pool({ connectionString: replicaUrl(), max: 1 });
    const monitor = new pg.Pool({ connectionString: replicaUrl(), max: 1 });
    const gate = createGate();
    let backend = 0;
    const cancels = {
      async cancel(pid: number) {
        backend = pid;
        const sent = gate.opened.then(() => monitor.query('SELECT pg_cancel_backend($1)', [pid]));
        if (!answersEarly) await sent;
      },
    };
    const slots = createSlots({ size: 1, part: 1, queue: 5, waitMs: 15_000, clock: systemClock });
    const open = () => openSession({ pool, slots, cancels, measured: (roundTrip) => roundTrip() }, 'whole');
    const is = (condition: string) => async () =>
      expect(
        await onServer(replicaUrl(), `SELECT FROM pg_stat_activity WHERE pid = $1 AND ${condition}`, [
          backend,
        ]),
      ).toHaveLength(1);

    const a = await open();
    const controller = new AbortController();
    const aborted = expect(a.query('SELECT pg_sleep(0.02)', controller.signal)).rejects.toBe(gone);
    controller.abort(gone);
    await aborted;
    void a.end();
    const b = open().then(async (session) => {
      const outcome = await session.query('SELECT pg_sleep(1)').then(
        () => 'unharmed',
        (error: unknown) => (error as Error).message,
      );
      await session.end();
      return outcome;
    });
    await vi.waitFor(is(answersEarly ? `state = 'active' AND query ~ 'pg_sleep.1.'` : `state = 'idle'`), {
      timeout: 5_000,
      interval: 10,
    });
    gate.open();
    const outcome = await b;
    await Promise.all([pool.end(), monitor.end()]);
    return outcome;
  }

  it('is waited for before the connection goes to the next', async () => {
    expect(await lateFor({ answersEarly: false })).toBe('unharmed');
  });

  it('hits the next where it is not waited for: the test would notice', async () => {
    expect(await lateFor({ answersEarly: true })).toContain('canceling statement due to user request');
  });
});

function createGate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('a write whose signal is aborted', () => {
  const rowsOf = async (id: number) =>
    (await onServer(own.primaryUrl, 'SELECT FROM notes WHERE id = $1', [id])).length;

  it('is cancelled and rolled back before COMMIT is sent', async () => {
    const controller = new AbortController();
    const writing = database.write(
      async (tx) => {
        await tx.rows(insert(1));
        await tx.rows(sql`SELECT pg_sleep(30)`);
      },
      undefined,
      { signal: controller.signal },
    );
    await vi.waitFor(async () => expect(await sleepers()).toBe(1), { timeout: 5_000 });
    controller.abort(gone);
    await expect(writing).rejects.toBe(gone);
    // Would wait for the lock of a transaction that is still open.
    await database.write((tx) => tx.rows(insert(1)));
    expect(await sleepers()).toBe(0);
  });

  it('is not committed when the signal comes between the last statement and COMMIT', async () => {
    const controller = new AbortController();
    const writing = database.write(
      (tx) => tx.rows(insert(2)),
      () => {
        controller.abort(gone);
        return Promise.resolve({});
      },
      { signal: controller.signal },
    );
    await expect(writing).rejects.toBe(gone);
    expect(await rowsOf(2)).toBe(0);
  });

  it('stands once COMMIT was sent', async () => {
    const controller = new AbortController();
    // Deferred to COMMIT, so that the signal comes while that is under way.
    await onServer(
      own.primaryUrl,
      `CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$`,
    );
    await onServer(
      own.primaryUrl,
      `CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW WHEN (NEW.id = 3) EXECUTE FUNCTION dawdle()`,
    );
    const writing = database.write((tx) => tx.rows(insert(3)), undefined, { signal: controller.signal });
    const committing = `SELECT FROM pg_stat_activity WHERE query ~ 'COMMIT; SELECT' AND state = 'active' AND pid <> pg_backend_pid()`;
    await vi.waitFor(async () => expect(await onServer(own.primaryUrl, committing)).toHaveLength(1), {
      interval: 10,
      timeout: 5_000,
    });
    controller.abort(gone);
    await writing;
    expect(await rowsOf(3)).toBe(1);
  });
});
