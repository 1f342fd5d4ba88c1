import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { sql, type Queryable } from '../database/sql.ts';

/** What a client may ask for again, because it has not heard what came of it. */
export interface Repeatable {
  readonly userId: string;
  /** Such as `transfer`: keys of different operations are strangers. */
  readonly operation: string;
  /** The client's own. */
  readonly key: string;
  /** All that was asked for, in an order of its own: the same key for something else is a mistake. */
  readonly request: readonly (string | null)[];
}

export type Once<Outcome> =
  | { readonly kind: 'first' | 'repeated'; readonly outcome: Outcome }
  /** The key stands for another request; nothing was done. */
  | { readonly kind: 'another-request' };

/**
 * For `store.write`, first in its transaction: runs `work` unless the key has an outcome, and keeps what it resolves to,
 * refusals included, as JSON that `shape` reads again. Who comes with the same key meanwhile waits for the end of this
 * transaction. Rejects as `work` does; then nothing is kept, and a repeat begins anew.
 */
export async function once<Outcome>(
  tx: Queryable,
  { userId, operation, key, request }: Repeatable,
  shape: z.ZodType<Outcome>,
  work: () => Promise<Outcome>,
): Promise<Once<Outcome>> {
  const digest = createHash('sha256').update(JSON.stringify(request)).digest('hex');
  const claimed = await tx.rows(sql`
    INSERT INTO outcomes (user_id, operation, key, request) VALUES (${userId}::bigint, ${operation}, ${key}, ${digest})
    ON CONFLICT DO NOTHING RETURNING key`);
  if (claimed.length === 0) {
    const [known] = await tx.rows<{ request: string; outcome: unknown }>(sql`
      SELECT request, outcome FROM outcomes
      WHERE user_id = ${userId}::bigint AND operation = ${operation} AND key = ${key}`);
    if (known === undefined) throw new Error('an outcome was pruned while it was asked for');
    if (known.request !== digest) return { kind: 'another-request' };
    return { kind: 'repeated', outcome: shape.parse(known.outcome) };
  }
  const outcome = await work();
  await tx.rows(sql`
    UPDATE outcomes SET outcome = ${JSON.stringify(outcome)}::jsonb
    WHERE user_id = ${userId}::bigint AND operation = ${operation} AND key = ${key}`);
  return { kind: 'first', outcome };
}
