import { zeroLsn } from '../../../clock/lsn.ts';
import type { Database } from '../../../database/database.ts';
import type { Queryable } from '../../../database/sql.ts';
import type { Task } from '../../../jobs/task.ts';
import { createSmtpProvider } from '../../../providers/smtp.ts';
import type { SmtpSink } from '../../smtp-sink.ts';
import type { ProofContext } from '../proof.ts';
import { unlockedReceiver } from '../sends/careless.ts';

/** For a control: a send reads what the receiver wants as other reads do, on a replica that is fresh enough, and locks nothing. */
export function wishesFromReplica(database: Database): Database {
  const instead = (tx: Queryable): Queryable => ({
    async rows<Row>(statement: Parameters<Queryable['rows']>[0]): Promise<readonly Row[]> {
      const unlocked = unlockedReceiver(statement);
      if (unlocked === undefined) return tx.rows<Row>(statement);
      const { value } = await database.read({ atLeast: zeroLsn }, (db) => db.rows<Row>(unlocked));
      return value;
    },
  });
  return { ...database, write: (work, ...rest) => database.write((tx) => work(instead(tx)), ...rest) };
}

/** For a control: a delivery that looks at nothing again. All that it is handed are e-mails. */
export async function openForgetful(
  { resources }: Pick<ProofContext, 'resources'>,
  sink: SmtpSink,
): Promise<Task> {
  const smtp = await resources.open(
    () =>
      Promise.resolve(createSmtpProvider({ url: sink.url, from: 'no-reply@example.com', connections: 5 })),
    (opened) => opened.close(),
  );
  return {
    attempts: 1,
    async run(payload, { signal }) {
      const { notificationId: id } = payload as { readonly notificationId: string };
      const mail = { to: 'somebody@example.com', subject: 'Hello', body: 'Hello there' };
      await smtp.send({ id: `notification-${id}-0`, ...mail }, signal);
    },
    abandon: () => Promise.resolve(),
  };
}
