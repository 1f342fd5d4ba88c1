import { sql, type Queryable } from './sql.ts';

/** Whether a transaction, by the 32 bits of its number that the log holds, can be seen by whoever reads from now on. */
export type IsVisible = (xid: number) => boolean;

export async function readVisibility(primary: Queryable): Promise<IsVisible> {
  const [row] = await primary.rows<{ snapshot: string }>(sql`SELECT pg_current_snapshot()::text AS snapshot`);
  return visibleIn(row?.snapshot ?? '');
}

/**
 * `snapshot` in Postgres's own form, `xmin:xmax:running,…`, in numbers that count on past 32 bits. A number from the log is
 * taken for the one nearest to xmax. It may lie behind xmax, which is the first that no *completed* transaction has.
 */
export function visibleIn(snapshot: string): IsVisible {
  const parts = /^(\d+):(\d+):([\d,]*)$/.exec(snapshot);
  if (parts === null) throw new Error(`not a snapshot: ${snapshot}`);
  const [, xmin = '', xmax = '', list = ''] = parts;
  const [least, next] = [BigInt(xmin), BigInt(xmax)];
  const running = new Set(
    list
      .split(',')
      .filter((text) => text !== '')
      .map(BigInt),
  );
  return (xid) => {
    const full = next + BigInt.asIntN(32, BigInt(xid) - next);
    return full < least || (full < next && !running.has(full));
  };
}
