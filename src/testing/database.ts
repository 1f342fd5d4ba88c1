import { randomBytes } from 'node:crypto';
import pg from 'pg';

export const templateDatabase = 'template_migrated';

/** A database of one's own on servers that others use too. */
export interface TestDatabase {
  readonly primaryUrl: string;
  readonly replicaUrls: readonly string[];
  /** Resolves when the replicas have everything that is committed now: for rows written past the gateway. */
  replicated(): Promise<void>;
  drop(): Promise<void>;
}

interface Servers {
  readonly databaseUrl: string;
  readonly replicaUrls: readonly string[];
}

const replicaPatienceMs = 10_000;

/** Copies the migrated template; takes some 50 ms. Resolves once the replicas have it too. */
export async function createTestDatabase({ databaseUrl, replicaUrls }: Servers): Promise<TestDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  await administer(databaseUrl, `CREATE DATABASE ${name} TEMPLATE ${templateDatabase}`);
  const primary = at(databaseUrl, name);
  const replicas = replicaUrls.map((url) => at(url, name));
  await Promise.all(replicas.map((url) => until(() => onServer(url, 'SELECT FROM users LIMIT 1'))));
  return {
    primaryUrl: primary,
    replicaUrls: replicas,
    async replicated() {
      const [now] = await onServer<{ lsn: string }>(
        primary,
        'SELECT pg_current_wal_flush_lsn()::text AS lsn',
      );
      await Promise.all(replicas.map((url) => until(() => hasReplayed(url, now?.lsn ?? ''))));
    },
    // Whoever streamed its log may not have noticed yet that the client is gone.
    drop: () => until(() => administer(databaseUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

/** One statement on a connection of its own, for arranging and looking past the gateway. */
export async function onServer<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}

async function administer(url: string, statement: string): Promise<void> {
  await onServer(url, statement);
}

async function hasReplayed(url: string, lsn: string): Promise<void> {
  const [row] = await onServer<{ done: boolean }>(
    url,
    'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS done',
    [lsn],
  );
  if (row?.done !== true) throw new Error(`the replica has not replayed ${lsn}`);
}

/** Repeats `attempt` until it succeeds; after `replicaPatienceMs` its failure is passed on. */
async function until(attempt: () => Promise<unknown>): Promise<void> {
  const giveUpAt = performance.now() + replicaPatienceMs;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

function at(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
