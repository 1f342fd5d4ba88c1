import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Queryable } from '../../src/database/sql.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../../src/testing/database.ts';
import { codeOf } from './codes.ts';
import { selectLinks } from './links.ts';

interface Plan {
  readonly 'Relation Name'?: string;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly Plan[];
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [] });
  // One link in each of the partitions that the migration has made, and one of them with an alias.
  await onServer(
    database.primaryUrl,
    `INSERT INTO links (id, code, url, owner_id)
     SELECT first_link_id(now() + make_interval(months => month)) + 1, 'alias-' || month, 'https://example.com/' || month, 1
     FROM generate_series(-1, 3) AS month`,
  );
  await onServer(
    database.primaryUrl,
    `INSERT INTO link_aliases SELECT code, id FROM links WHERE code IN ('alias-1', 'alias-2')`,
  );
});
afterAll(() => database.drop());

const selectIds = () =>
  onServer<{ id: string; code: string }>(
    database.primaryUrl,
    'SELECT id::text, code FROM links ORDER BY links.id',
  );

/** A plan made for all parameters, as a prepared statement has it in the end, with what was executed of it. */
async function tablesTouched(codes: readonly string[]): Promise<readonly string[]> {
  const url = new URL(database.primaryUrl);
  url.searchParams.set('options', '-c plan_cache_mode=force_generic_plan');
  const touched: string[] = [];
  const visit = (plan: Plan) => {
    const table = plan['Relation Name'];
    if (table !== undefined && plan['Actual Loops'] > 0) touched.push(table);
    plan.Plans?.forEach(visit);
  };
  const db: Queryable = {
    async rows<Row>({ text, values }: Parameters<Queryable['rows']>[0]) {
      const explained = await onServer<{ 'QUERY PLAN': readonly { readonly Plan: Plan }[] }>(
        url.href,
        `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
        values,
      );
      explained[0]?.['QUERY PLAN'].forEach(({ Plan }) => visit(Plan));
      return [] as Row[];
    },
  };
  await selectLinks(db, codes);
  return touched;
}

describe('a look-up', () => {
  it('by a code touches the partition of its month, and no other', async () => {
    const ids = await selectIds();
    for (const { id } of ids) {
      const touched = await tablesTouched([codeOf(id)]);
      expect(touched.filter((table) => table !== 'link_aliases')).toHaveLength(1);
    }
  });

  it('by an alias touches the aliases and the partition of its month', async () => {
    expect(await tablesTouched(['no-such-alias'])).toEqual(['link_aliases']);
    const touched = await tablesTouched(['alias-2']);
    expect(touched.toSorted()).toEqual(['link_aliases', expect.stringMatching(/^links_\d{4}_\d{2}$/)]);
  });

  it('by anything else touches every partition: the control', async () => {
    const plans = await onServer<{ 'QUERY PLAN': readonly { readonly Plan: Plan }[] }>(
      database.primaryUrl,
      `EXPLAIN (ANALYZE, FORMAT JSON) SELECT FROM links WHERE code = 'alias-1'`,
    );
    const root = plans[0]?.['QUERY PLAN'][0]?.Plan;
    expect(root?.Plans?.filter((plan) => plan['Actual Loops'] > 0)).toHaveLength(5);
  });
});
