import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { parseLsn, zeroLsn } from '../clock/lsn.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../testing/database.ts';
import { createDatabase, type Database } from './database.ts';
import { sql } from './sql.ts';

let own: TestDatabase;
let database: Database;
const lines: string[] = [];

const open = (sampleMs: number) =>
  createDatabase({
    primaryUrl: own.primaryUrl,
    replicaUrls: own.replicaUrls,
    settings: {
      ...{ poolSize: 4, connectTimeoutMs: 1_000, statementTimeoutMs: 400 },
      ...{ sampleMs, maxLagMs: 5_000 },
    },
    clock: systemClock,
    metrics: createMetrics(),
    log: createLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } }),
  });

beforeAll(async () => {
  own = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [inject('replicaUrl')] });
  await onServer(own.primaryUrl, 'CREATE TABLE notes (id integer PRIMARY KEY, text text NOT NULL)');
  database = await open(20);
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

const isReplica = sql`SELECT pg_is_in_recovery() AS "isReplica"`;
const insert = (id: number, text = 'x') => sql`INSERT INTO notes VALUES (${id}, ${text})`;
const select = (id: number) => sql`SELECT text FROM notes WHERE id = ${id}`;

describe('a read', () => {
  it('goes to the replica, and says how far that has replayed', async () => {
    // As soon as it has replayed what the primary had at the first sample.
    await vi.waitFor(async () => {
      const read = await database.read({ atLeast: zeroLsn }, (db) => db.rows(isReplica));
      expect(read.value).toEqual([{ isReplica: true }]);
      expect(read.replayed).toMatch(/^[0-9a-f]{16}$/);
    });
  });

  it('sees a commit that it must see, wherever it goes, the moment the commit is acknowledged', async () => {
    for (let id = 1; id <= 200; id += 1) {
      const { lsn } = await database.write((tx) => tx.rows(insert(id)));
      const { value } = await database.read({ atLeast: lsn }, (db) => db.rows(select(id)));
      expect(value).toHaveLength(1);
    }
  });

  it('goes back to the replica once that has caught up', async () => {
    const { lsn } = await database.write((tx) => tx.rows(insert(999)));
    await vi.waitFor(async () => {
      const { value } = await database.read({ atLeast: lsn }, (db) => db.rows(isReplica));
      expect(value).toEqual([{ isReplica: true }]);
    });
  });

  it('behind a write goes to the replica that has replayed it, without waiting for the next sample', async () => {
    const answersFromReplica = async (of: Database, atLeast = zeroLsn) =>
      (await of.read({ atLeast }, (db) => db.rows<{ isReplica: boolean }>(isReplica))).value[0]?.isReplica;
    let rarelySampled = await open(60_000);
    onTestFinished(() => rarelySampled.close());
    // No replica is read that has not reached where the primary was at the first sample; there will be no second.
    while (!(await answersFromReplica(rarelySampled))) {
      await rarelySampled.close();
      rarelySampled = await open(60_000);
    }
    let id = 1_000;
    // It is given a few milliseconds only, and then left alone for a while: on a busy machine that may not do at once.
    await vi.waitFor(
      async () => {
        id += 1;
        const { lsn } = await rarelySampled.write((tx) => tx.rows(insert(id)));
        expect(await answersFromReplica(rarelySampled, lsn)).toBe(true);
      },
      { timeout: 10_000, interval: 20 },
    );
  });

  it('of what no node has replayed ends on the primary', async () => {
    const { value } = await database.read({ atLeast: 'f'.repeat(16) as typeof zeroLsn }, (db) =>
      db.rows(isReplica),
    );
    expect(value).toEqual([{ isReplica: false }]);
  });
});

describe('a write', () => {
  it('leaves nothing behind when its work fails', async () => {
    const failing = database.write(async (tx) => {
      await tx.rows(insert(2_000));
      throw new Error('second thoughts');
    });
    await expect(failing).rejects.toThrow('second thoughts');
    expect(
      (await database.read({ atLeast: zeroLsn, primary: 'only' }, (db) => db.rows(select(2_000)))).value,
    ).toEqual([]);
  });

  it('writes its message into the log in the same transaction, whatever is in it', async () => {
    const follower = new pg.Client({ connectionString: own.primaryUrl });
    await follower.connect();
    onTestFinished(() => follower.end());
    await follower.query('CREATE PUBLICATION notes_only FOR TABLE notes');
    await follower.query(
      `SELECT pg_create_logical_replication_slot('message_test', 'pgoutput', temporary => true)`,
    );
    const message = `["it's", "\\\\", "$$"]`;
    const { lsn } = await database.write(
      (tx) => tx.rows(insert(3_000)),
      () => Promise.resolve({ message }),
    );
    const rolledBack = database.write(
      () => Promise.reject(new Error('no')),
      () => Promise.resolve({ message: 'never' }),
    );
    await expect(rolledBack).rejects.toThrow('no');
    const { rows } = await follower.query<{ lsn: string; data: Buffer }>(
      `SELECT lsn::text, data FROM pg_logical_slot_get_binary_changes('message_test', NULL, NULL,
         'proto_version', '1', 'publication_names', 'notes_only', 'messages', 'true')`,
    );
    const kinds = rows.map(({ data }) => data.toString('latin1', 0, 1)).join('');
    expect(kinds).toMatch(/^B.*I.*M.*C$/);
    expect(rows.find(({ data }) => data[0] === 'M'.charCodeAt(0))?.data.toString()).toContain(message);
    expect(parseLsn(rows.at(-1)?.lsn ?? '') <= lsn).toBe(true);
  });

  it('remembers the latest commit of this process', async () => {
    const { lsn } = await database.write((tx) => tx.rows(insert(4_000)));
    expect(database.lastCommit()).toBe(lsn);
  });

  it('passes numbers of any size exactly, and text of any kind', async () => {
    const odd = `'; DROP TABLE notes; -- "😀" \\ $1`;
    await database.write((tx) => tx.rows(insert(5_000, odd)));
    const { value } = await database.read({ atLeast: zeroLsn, primary: 'only' }, (db) =>
      db.rows(sql`SELECT text, 9007199254740993::bigint AS big FROM notes WHERE id = ${5_000}`),
    );
    expect(value).toEqual([{ text: odd, big: 9_007_199_254_740_993n }]);
  });
});

describe('a failure', () => {
  it('of a statement that runs too long is TIMEOUT, and the node stays', async () => {
    await expect(
      database.read({ atLeast: zeroLsn }, (db) => db.rows(sql`SELECT pg_sleep(2)`)),
    ).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
    expect(database.status()).toMatchObject({ primary: true, replicas: [true] });
  });

  it('of a connection is repeated on another node without the caller noticing', async () => {
    await Promise.all(
      Array.from({ length: 4 }, () =>
        database.read({ atLeast: zeroLsn }, (db) => db.rows(sql`SELECT pg_sleep(0.05)`)),
      ),
    );
    const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    await onServer(own.replicaUrls[0] ?? '', kill);
    const reads = Array.from({ length: 8 }, () =>
      database.read({ atLeast: zeroLsn }, (db) => db.rows(isReplica)),
    );
    expect((await Promise.all(reads)).every(({ value }) => value.length === 1)).toBe(true);
    await vi.waitFor(() => expect(database.status().replicas).toEqual([true]));
  });

  it('of two writers that wait for each other is CONFLICT', async () => {
    await database.write(async (tx) => {
      await tx.rows(insert(6_001));
      await tx.rows(insert(6_002));
    });
    const touch = (id: number) => sql`UPDATE notes SET text = 'y' WHERE id = ${id}`;
    let meet: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (meet = resolve));
    let arrived = 0;
    const crossing = (first: number, second: number) =>
      database.write(async (tx) => {
        await tx.rows(touch(first));
        arrived += 1;
        if (arrived === 2) meet();
        await both;
        await tx.rows(sql`SET LOCAL deadlock_timeout = '20ms'`);
        await tx.rows(touch(second));
      });
    const outcomes = await Promise.allSettled([crossing(6_001, 6_002), crossing(6_002, 6_001)]);
    const codes = outcomes.map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as { code: string }).code : 'committed',
    );
    expect(codes.toSorted()).toEqual(['CONFLICT', 'committed']);
  });

  it('is logged without what drivers hang on their errors', () => {
    expect(lines.join('\n')).not.toMatch(/secretKey|processID|connectionParameters/);
  });
});
