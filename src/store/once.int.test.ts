import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../clock/clock.ts';
import { createDatabase, type Database } from '../database/database.ts';
import { sql } from '../database/sql.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../testing/database.ts';
import { once, type Repeatable } from './once.ts';

const shape = z.object({ number: z.number() });
let files: TestDatabase;
let database: Database;
beforeAll(async () => {
  files = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [] });
  await onServer(files.primaryUrl, 'CREATE TABLE effects (number integer)');
  database = await createDatabase({
    primaryUrl: files.primaryUrl,
    replicaUrls: [],
    settings: {
      ...{ poolSize: 10, poolQueue: 100, poolWaitMs: 5_000, connectTimeoutMs: 5_000 },
      ...{ statementTimeoutMs: 10_000, sampleMs: 1_000, maxLagMs: 5_000 },
    },
    clock: systemClock,
    metrics: createMetrics({ processMetrics: false }),
    log: createLog({ level: 'silent' }),
  });
});
afterAll(async () => {
  await database.close();
  await files.drop();
});

const asking = (key: string, more: Partial<Repeatable> = {}): Repeatable => ({
  ...{ userId: '1', operation: 'test', key, request: ['a', null] },
  ...more,
});

let attempts = 0;
const ask = async (what: Repeatable, fails = false) =>
  (
    await database.write((tx) =>
      once(tx, what, shape, async () => {
        const number = ++attempts;
        await tx.rows(sql`INSERT INTO effects VALUES (${number})`);
        if (fails) throw new Error('no');
        return { number };
      }),
    )
  ).value;
const effects = async () =>
  (await onServer<{ count: number }>(files.primaryUrl, 'SELECT count(*)::integer AS count FROM effects'))[0]
    ?.count;

describe('a request with a key', () => {
  it('is done once, however many come at the same time', async () => {
    const before = (await effects()) ?? 0;
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(asking('crowd'))));
    expect(answers.filter(({ kind }) => kind === 'first')).toHaveLength(1);
    const numbers = answers.map((answer) => (answer.kind === 'another-request' ? 0 : answer.outcome.number));
    expect(new Set(numbers).size).toBe(1);
    expect(await effects()).toBe(before + 1);
  });

  it('is refused when the key stands for something else', async () => {
    await ask(asking('one'));
    expect(await ask(asking('one', { request: ['b', null] }))).toEqual({ kind: 'another-request' });
  });

  it('is a stranger to other keys, operations and users', async () => {
    await ask(asking('two'));
    for (const other of [
      asking('three'),
      asking('two', { operation: 'other' }),
      asking('two', { userId: '2' }),
    ])
      expect((await ask(other)).kind).toBe('first');
  });

  it('begins anew where it failed, and nothing of it is left', async () => {
    const before = (await effects()) ?? 0;
    await expect(ask(asking('failing'), true)).rejects.toThrow('no');
    expect(await effects()).toBe(before);
    expect((await ask(asking('failing'))).kind).toBe('first');
  });
});
