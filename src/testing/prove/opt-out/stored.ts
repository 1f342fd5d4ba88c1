import { onServer } from '../../database.ts';
import type { SmtpSink } from '../../smtp-sink.ts';
import type { Stage } from '../stage.ts';

/** What has become of the notifications of one series. */
export interface Stored {
  readonly statuses: Readonly<Record<string, number>>;
  readonly jobs: number;
  /** That the mail server has accepted. */
  readonly mails: number;
}

export async function lookAtStored({ servers }: Stage, sink: SmtpSink, name: string): Promise<Stored> {
  const rows = await onServer<{ id: string; status: string; jobs: number }>(
    servers.primaryUrl,
    `SELECT n.id::text, status,
       (SELECT count(*)::int FROM graphile_worker.jobs WHERE key = 'notification:' || n.id) AS jobs
     FROM notifications n WHERE idempotency_key LIKE $1 || ' %'`,
    [name],
  );
  const ids = new Set(rows.map(({ id }) => id));
  const idOf = (messageId: string) => /^notification-(\d+)-/.exec(messageId)?.[1] ?? '';
  const statuses: Record<string, number> = {};
  for (const { status } of rows) statuses[status] = (statuses[status] ?? 0) + 1;
  return {
    statuses,
    jobs: rows.reduce((sum, { jobs }) => sum + jobs, 0),
    mails: sink.accepted.filter(({ messageId }) => ids.has(idOf(messageId))).length,
  };
}
