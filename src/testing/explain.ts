import type { Queryable } from '../database/sql.ts';
import { onServer } from './database.ts';

interface Plan {
  readonly 'Relation Name'?: string;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly Plan[];
}

/**
 * The tables that the statements of `read` were executed on, by a plan that was made for all parameters, as a prepared
 * statement has it in the end. `read` is given no rows.
 */
export async function tablesTouched(
  databaseUrl: string,
  read: (db: Queryable) => Promise<unknown>,
): Promise<readonly string[]> {
  const url = new URL(databaseUrl);
  url.searchParams.set('options', '-c plan_cache_mode=force_generic_plan');
  const touched = new Set<string>();
  const visit = (plan: Plan) => {
    const table = plan['Relation Name'];
    if (table !== undefined && plan['Actual Loops'] > 0) touched.add(table);
    plan.Plans?.forEach(visit);
  };
  await read({
    async rows<Row>({ text, values }: Parameters<Queryable['rows']>[0]) {
      const explained = await onServer<{ 'QUERY PLAN': readonly { readonly Plan: Plan }[] }>(
        url.href,
        `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
        values,
      );
      for (const { 'QUERY PLAN': plans } of explained) for (const each of plans) visit(each.Plan);
      return [] as Row[];
    },
  });
  return [...touched].toSorted();
}
