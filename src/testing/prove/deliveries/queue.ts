import pg from 'pg';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import type { ProofContext } from '../proof.ts';
import type { Stage } from '../stage.ts';

/** The notifications of one series, past every gateway. */
export interface Queue {
  /**
   * Makes so many e-mails, each with its job, and every tenth with two of them; every fiftieth to a mailbox that the server
   * refuses for good.
   */
  add(count: number): Promise<void>;
  /** Of them by status. */
  statuses(): Promise<Readonly<Record<string, number>>>;
  /** Message ids of those that have the status. */
  ids(status: string): Promise<readonly string[]>;
  /** Resolves to whether all have come to an end before the number of those that wait has stood still for `standstillMs`. */
  ends(standstillMs: number): Promise<boolean>;
}

const domain = 'example.com';
export const sender = `no-reply@${domain}`;

export async function openQueue(
  { resources }: Pick<ProofContext, 'resources'>,
  stage: Stage,
  series: string,
): Promise<Queue> {
  const client = new pg.Client({ connectionString: stage.servers.primaryUrl });
  await resources.open(
    () => client.connect(),
    () => client.end(),
  );

  async function statuses(): Promise<Readonly<Record<string, number>>> {
    const { rows } = await client.query<{ status: string; count: number }>(
      `SELECT status, count(*)::int AS count FROM notifications WHERE idempotency_key LIKE $1 || '-%' GROUP BY status`,
      [series],
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

  return {
    async add(count) {
      await client.query("UPDATE users SET email = 'nobody@example.com' WHERE username = 'bob'");
      await client.query(
        `WITH made AS (
           INSERT INTO notifications (user_id, sender_id, idempotency_key, channel, category, status, subject, body)
           SELECT receiver.id, sender.id, $1 || '-' || n, 'EMAIL', 'TRANSACTIONAL', 'QUEUED', 'Hello', '<p>Hello</p>'
           FROM generate_series(1, $2::int) AS n
           JOIN users receiver ON receiver.username = CASE WHEN n % 50 = 0 THEN 'bob' ELSE 'alice' END
           JOIN users sender ON sender.username = 'service'
           RETURNING id)
         SELECT graphile_worker.add_job('deliver-notification', json_build_object('notificationId', id::text),
           max_attempts => 32767)
         FROM made, generate_series(1, CASE WHEN id % 10 = 0 THEN 2 ELSE 1 END)`,
        [series, count],
      );
    },
    statuses,
    async ids(status) {
      const { rows } = await client.query<{ id: string }>(
        `SELECT 'notification-' || id || '-' || floor(extract(epoch FROM created_at) * 1000) || '@${domain}' AS id
         FROM notifications
         WHERE idempotency_key LIKE $1 || '-%' AND status = $2`,
        [series, status],
      );
      return rows.map(({ id }) => id);
    },
    async ends(standstillMs) {
      let last = Infinity;
      let changedAt = performance.now();
      const end = await waitUntil(
        async () => {
          const { QUEUED: waiting = 0 } = await statuses();
          if (waiting !== last) [last, changedAt] = [waiting, performance.now()];
          if (waiting === 0) return 'ended';
          return performance.now() - changedAt > standstillMs ? 'stands still' : undefined;
        },
        { everyMs: 100, timeoutMs: 30 * 60_000 },
      );
      return end === 'ended';
    },
  };
}
