import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sql } from '../../src/database/sql.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../../src/testing/database.ts';
import { tablesTouched } from '../../src/testing/explain.ts';
import { codeOf } from './codes.ts';
import { selectLinks } from './links.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [] });
  // One link in each of the partitions that the migration has made, and one of them with an alias.
  await onServer(
    database.primaryUrl,
    `INSERT INTO links (id, code, url, owner_id)
     SELECT first_link_id(now() + make_interval(months => month)) + 1, 'alias-' || month, 'https://example.com/', 1
     FROM generate_series(-1, 3) AS month`,
  );
  await onServer(
    database.primaryUrl,
    `INSERT INTO link_aliases SELECT code, id FROM links WHERE code IN ('alias-1', 'alias-2')`,
  );
});
afterAll(() => database.drop());

const touchedBy = (codes: readonly string[]) =>
  tablesTouched(database.primaryUrl, (db) => selectLinks(db, codes));
const aPartition = expect.stringMatching(/^links_\d{4}_\d{2}$/) as string;

describe('a look-up', () => {
  it('by a code touches the partition of its month, and no other', async () => {
    const ids = await onServer<{ id: string }>(database.primaryUrl, 'SELECT id::text FROM links');
    const partitions = await Promise.all(
      ids.map(async ({ id }) => {
        const [aliases, ...others] = await touchedBy([codeOf(id)]);
        expect([aliases, ...others]).toEqual(['link_aliases', aPartition]);
        return others[0];
      }),
    );
    expect(new Set(partitions).size).toBe(5);
  });

  it('by an alias touches the aliases and the partition of its month', async () => {
    expect(await touchedBy(['no-such-alias'])).toEqual(['link_aliases']);
    expect(await touchedBy(['alias-2'])).toEqual(['link_aliases', aPartition]);
  });

  it('by anything else touches every partition: the control', async () => {
    const touched = await tablesTouched(database.primaryUrl, (db) =>
      db.rows(sql`SELECT FROM links WHERE code = ${'alias-1'}`),
    );
    expect(touched).toHaveLength(5);
  });
});
