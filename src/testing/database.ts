import { randomBytes } from 'node:crypto';
import pg from 'pg';

export const templateDatabase = 'template_migrated';

/** A database of one's own on servers that others use too. */
export interface TestDatabase {
  readonly primaryUrl: string;
  readonly replicaUrls: readonly string[];
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
  const replicas = replicaUrls.map((url) => at(url, name));
  await Promise.all(replicas.map((url) => untilReachable(url)));
  return {
    primaryUrl: at(databaseUrl, name),
    replicaUrls: replicas,
    drop: () => administer(databaseUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
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

async function untilReachable(url: string): Promise<void> {
  const giveUpAt = performance.now() + replicaPatienceMs;
  for (;;) {
    try {
      await onServer(url, 'SELECT FROM users LIMIT 1');
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
