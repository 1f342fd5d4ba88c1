import { toGlobalId } from '../../../../schema/global-id.ts';
import { onServer } from '../../database.ts';

/** Somebody with an address on every channel, who signs in with the seeded password. */
export interface Receiver {
  readonly username: string;
  /** Global. */
  readonly id: string;
  /** In the database. */
  readonly key: string;
}

/** `hasRow`: whether preferences were saved before, so that there is a row to lock from the start. */
export async function createReceivers(
  primaryUrl: string,
  { name, count, hasRow }: { readonly name: string; readonly count: number; readonly hasRow: boolean },
): Promise<readonly Receiver[]> {
  const rows = await onServer<Pick<Receiver, 'username' | 'key'>>(
    primaryUrl,
    `WITH made AS (
       INSERT INTO users (username, display_name, email, phone, password_hash)
       SELECT $1 || '_' || n, 'Somebody', $1 || '_' || n || '@example.com', '+41791230000',
         (SELECT password_hash FROM users WHERE username = 'alice')
       FROM generate_series(1, $2::int) AS n RETURNING id, username)
     SELECT username, id::text AS key FROM made ORDER BY id`,
    [name, count],
  );
  if (hasRow)
    await onServer(primaryUrl, 'INSERT INTO notification_preferences (user_id) SELECT unnest($1::bigint[])', [
      rows.map(({ key }) => key),
    ]);
  return rows.map((row) => ({ ...row, id: toGlobalId('User', row.key) }));
}
