import pg from 'pg';

/** The connections that the job queue's library makes its statements on; it takes nothing but a pool of this kind. */
export interface JobPool {
  readonly pool: pg.Pool;
  /** Ends every connection at once. Whoever wants another waits for ever, without keeping anything alive. */
  cut(): void;
  /** Ends the connections once all are given back. */
  close(): Promise<void>;
}

interface JobPoolOptions {
  readonly url: string;
  readonly name: string;
  readonly size: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** Asked before each connection: false has it wait for ever, as after `cut`. */
  readonly mayUse: () => boolean;
}

/**
 * The library answers a connection that fails by trying again, for minutes, and by talking about it on the console; so what
 * must have no effect any more is kept waiting instead.
 */
export function createJobPool(options: JobPoolOptions): JobPool {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.name,
    max: options.size,
    connectionTimeoutMillis: options.connectTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    query_timeout: options.statementTimeoutMs + 500,
  });
  const open = new Set<pg.Client>();
  let isCut = false;
  // Statements fail too; without listeners the events would end the process.
  const ignore = () => undefined;
  pool.on('error', ignore);
  pool.on('connect', (client) => {
    client.on('error', ignore);
    open.add(client);
    // Somebody has been waiting for it since before.
    if (isCut) client.connection.stream.destroy();
  });
  pool.on('remove', (client) => void open.delete(client));

  const connect = pool.connect.bind(pool) as (...args: readonly unknown[]) => unknown;
  const connectOrWait = (...args: readonly unknown[]) =>
    isCut || !options.mayUse() ? new Promise(ignore) : connect(...args);
  pool.connect = connectOrWait as typeof pool.connect;

  return {
    pool,
    cut() {
      isCut = true;
      for (const client of open) client.connection.stream.destroy();
    },
    close: () => pool.end(),
  };
}
