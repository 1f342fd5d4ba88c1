import pg from 'pg';
import type { Queryable, Sql } from './sql.ts';

/**
 * A connection of one's own, held for as long as one lives. Postgres ends it, and with it the locks that it holds, when it
 * has heard nothing for `silentMs`: of a process that was killed at once, of one that is frozen or cut off by then.
 */
export interface HeldSession extends Queryable {
  /** Resolves when it is over, whoever has ended it. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

export interface HeldSessionOptions {
  readonly url: string;
  readonly name: string;
  readonly silentMs: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

/** Needs Postgres 14 or newer, and no pooler between. Rejects where the server cannot be reached in time. */
export async function openHeldSession(options: HeldSessionOptions): Promise<HeldSession> {
  const client = new pg.Client({
    connectionString: options.url,
    application_name: options.name,
    connectionTimeoutMillis: options.connectTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    query_timeout: options.statementTimeoutMs + 500,
    options: `-c idle_session_timeout=${options.silentMs}`,
  });
  const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
  // The statement under way, or the next one, fails too.
  client.on('error', () => undefined);
  await client.connect();

  return {
    async rows<Row>({ name, text, values }: Sql) {
      return (await client.query({ name, text, values: [...values] })).rows as Row[];
    },
    ended,
    async close() {
      // A server that no longer answers would not let a farewell end either.
      client.connection.stream.destroy();
      await ended;
    },
  };
}
