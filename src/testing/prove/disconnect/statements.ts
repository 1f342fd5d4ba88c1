import pg from 'pg';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { rounded } from '../measures.ts';
import type { Resources } from '../resources.ts';

/** The statements on products that gateways have under way on one server, as the server tells it. */
export interface Statements {
  /** Resolves when so many wait for the table's lock. */
  waiting(count: number): Promise<void>;
  /** How many are under way now. */
  count(): Promise<number>;
  /** Milliseconds from `since` (by performance.now()) to the first look that finds at most `count` under way. */
  msUntilFewer(count: number, since: number): Promise<number>;
}

const everyMs = 2;
const patienceMs = 10_000;

const underWay = {
  name: 'under-way',
  text: `SELECT wait_event_type = 'Lock' AS waits FROM pg_stat_activity
         WHERE application_name = 'tributary' AND state = 'active' AND query LIKE '%products%'`,
};

export async function watchStatements(url: string, resources: Resources): Promise<Statements> {
  const client = await connect(url, resources);
  const look = async () => (await client.query<{ waits: boolean | null }>(underWay)).rows;
  const until = async (isSo: () => Promise<boolean>, what: string) => {
    if (await waitUntil(isSo, { everyMs, timeoutMs: patienceMs })) return;
    throw new Error(`${what}: ${JSON.stringify(await look())}`);
  };
  return {
    waiting: (count) =>
      until(async () => {
        const rows = await look();
        return rows.length === count && rows.every(({ waits }) => waits === true);
      }, `not ${count} statements wait`),
    count: async () => (await look()).length,
    async msUntilFewer(count, since) {
      await until(async () => (await look()).length <= count, `more than ${count} statements stay`);
      return rounded(performance.now() - since);
    },
  };
}

/** Locks the products for everybody, on the replica too; resolves to what ends it. */
export async function lockProducts(
  primaryUrl: string,
  replicaUrl: string,
  resources: Resources,
): Promise<() => Promise<void>> {
  const [client, onReplica] = [await connect(primaryUrl, resources), await connect(replicaUrl, resources)];
  const lock = `SELECT FROM pg_locks WHERE relation = 'products'::regclass AND mode = 'AccessExclusiveLock' AND granted`;
  const isLocked = async () => ((await onReplica.query(lock)).rowCount ?? 0) > 0;
  const untilReplica = async (wanted: boolean) => {
    const isSo = async () => (await isLocked()) === wanted;
    if (!(await waitUntil(isSo, { everyMs, timeoutMs: patienceMs })))
      throw new Error('the replica does not follow the lock');
  };
  await client.query('BEGIN; LOCK TABLE products IN ACCESS EXCLUSIVE MODE');
  // The lock is in the log, which is not sent before somebody flushes it.
  await client.query(`SELECT pg_logical_emit_message(false, 'flush', '', true)`);
  await untilReplica(true);
  return async () => {
    await client.query('COMMIT');
    await untilReplica(false);
    await Promise.all([client.end(), onReplica.end()]);
  };
}

async function connect(url: string, resources: Resources): Promise<pg.Client> {
  return resources.open(
    async () => {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => undefined);
      await client.connect();
      return client;
    },
    (client) => client.end(),
  );
}
