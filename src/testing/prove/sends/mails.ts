import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { onServer } from '../../database.ts';
import { randomAppName } from '../../gateway.ts';
import type { SmtpSink } from '../../smtp-sink.ts';
import type { Stage } from '../stage.ts';
import type { Receiver } from './receivers.ts';

/** What the mail server has of some users’ e-mails. */
export interface MailsSeen {
  /** Not refused. */
  readonly passed: number;
  readonly lost: number;
  readonly twice: number;
  /** Accepted by the server, though refused. */
  readonly uncalledFor: number;
}

const workerCount = 2;
const deliveredWithinMs = 5 * 60_000;

/** Starts workers, who compete, and resolves when nothing waits for its delivery any more. */
export async function deliverAll(stage: Stage, sink: SmtpSink): Promise<void> {
  const app = randomAppName();
  const env = {
    ROLES: 'worker',
    SMTP_URL: sink.url,
    MAIL_FROM: 'no-reply@example.com',
    REDIS_DEADLINE_MS: '5000',
  };
  await Promise.all(Array.from({ length: workerCount }, () => stage.gateway({ app, env })));
  await untilDelivered(stage);
}

export async function untilDelivered(stage: Stage): Promise<void> {
  const nothingWaits = async () => {
    const text = `SELECT FROM notifications WHERE status IN ('QUEUED', 'DEFERRED') LIMIT 1`;
    return (await onServer(stage.servers.primaryUrl, text)).length === 0;
  };
  if (await waitUntil(nothingWaits, { everyMs: 50, timeoutMs: deliveredWithinMs })) return;
  throw new Error(`not everything was delivered within ${deliveredWithinMs} ms`);
}

export async function lookAtMails(
  { servers }: Stage,
  sink: SmtpSink,
  receivers: readonly Receiver[],
): Promise<MailsSeen> {
  const rows = await onServer<{ id: string; isSent: boolean }>(
    servers.primaryUrl,
    `SELECT id::text, status = 'SENT' AS "isSent" FROM notifications
     WHERE user_id = ANY($1::bigint[]) AND channel = 'EMAIL'`,
    [receivers.map(({ key }) => key)],
  );
  const times = timesById(sink);
  const count = (of: typeof rows, counts: (times: number) => boolean) =>
    of.filter(({ id }) => counts(times.get(id) ?? 0)).length;
  const passed = rows.filter(({ isSent }) => isSent);
  const refused = rows.filter(({ isSent }) => !isSent);
  return {
    passed: passed.length,
    lost: count(passed, (each) => each === 0),
    twice: count(passed, (each) => each > 1),
    uncalledFor: count(refused, (each) => each > 0),
  };
}

/** How often the server has accepted each notification. */
function timesById({ accepted }: SmtpSink): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { messageId } of accepted) {
    const id = /^notification-(\d+)-/.exec(messageId)?.[1] ?? messageId;
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  return times;
}
