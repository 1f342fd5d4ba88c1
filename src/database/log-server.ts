import pg from 'pg';
import type { Queryable, Sql } from './sql.ts';

/** One connection to the server whose log is followed, for looking beside the stream. */
export interface LogServer extends Queryable {
  close(): Promise<void>;
}

export interface LogServerOptions {
  readonly url: string;
  readonly name: string;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

/** A statement that fails leaves the connection usable only where the server has answered: else open another. */
export async function connectLogServer(options: LogServerOptions): Promise<LogServer> {
  const client = new pg.Client({
    connectionString: options.url,
    application_name: options.name,
    connectionTimeoutMillis: options.connectTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    query_timeout: options.statementTimeoutMs + 500,
    keepAlive: true,
    // A heartbeat that waits for a standby would keep everything else on this connection waiting.
    options: '-c synchronous_commit=local',
  });
  // The statement under way, or the next one, fails too.
  client.on('error', () => undefined);
  await client.connect();
  let last: Promise<unknown> = Promise.resolve();

  function query(statement: Sql): Promise<pg.QueryResult> {
    const { name, text, values } = statement;
    const result = last.then(() => client.query({ name, text, values: [...values] }));
    last = result.catch(() => undefined);
    return result;
  }

  return {
    // One after the other, as a connection does it anyway.
    rows: async <Row>(statement: Sql) => (await query(statement)).rows as Row[],
    async close() {
      // A server that no longer answers would not let a farewell end either.
      client.connection.stream.destroy();
      await client.end().catch(() => undefined);
    },
  };
}
