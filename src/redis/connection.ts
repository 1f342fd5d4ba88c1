import { Redis, type RedisOptions } from 'ioredis';
import type { Clock } from '../clock/clock.ts';
import type { Log } from '../log/log.ts';
import type { RedisReply, WireCommand } from './script.ts';
import { RedisUnavailable } from './unavailable.ts';

export interface ConnectionSettings {
  /** One batch without an answer by then counts as failed. */
  readonly deadlineMs: number;
  readonly connectTimeoutMs: number;
  /** Pause between attempts to connect; they never end. */
  readonly reconnectDelayMs: number;
}

/** How long a connection that is being dropped may take to say goodbye. */
const goodbyeMs = 100;

/**
 * Fails fast and never queues. ioredis's own `commandTimeout` and `socketTimeout` stay off: their timers fire before the
 * loop has read the sockets, so that a busy process would cut a healthy connection; `exchange` has its own deadline.
 */
export function connectionOptions(settings: Omit<ConnectionSettings, 'deadlineMs'>) {
  return {
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    // Zero: what was in flight when the connection broke is failed at once, not after the next attempt.
    maxRetriesPerRequest: 0,
    connectTimeout: settings.connectTimeoutMs,
    disconnectTimeout: goodbyeMs,
    retryStrategy: () => settings.reconnectDelayMs,
    // A demoted master refuses writes: the address may lead to the new one by now.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  } satisfies RedisOptions;
}

export interface Connection {
  /** One round trip: replies in the order of the commands. Rejects with RedisUnavailable, whatever the cause. */
  readonly exchange: (commands: readonly WireCommand[]) => Promise<readonly RedisReply[]>;
  /** False while it is being made. */
  isReady(): boolean;
  /** Gives up the present connection, of which nothing has been heard, for a new one. */
  reconnect(): void;
  close(): Promise<void>;
}

interface ConnectionOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: ConnectionSettings;
  readonly onReady: () => void;
  readonly onClose: () => void;
}

export function createConnection({
  url,
  clock,
  log,
  settings,
  onReady,
  onClose,
}: ConnectionOptions): Connection {
  const client = new Redis(url, connectionOptions(settings));
  let lastError: string | undefined;
  client.on('error', (error: Error) => {
    // Each attempt to connect fails in the same words: said aloud once.
    log[error.message === lastError ? 'debug' : 'warn']({ err: error }, 'redis connection failed');
    lastError = error.message;
  });
  client.on('ready', () => {
    lastError = undefined;
    onReady();
  });
  client.on('close', onClose);
  connect(client);

  async function exchange(commands: readonly WireCommand[]): Promise<readonly RedisReply[]> {
    if (client.status !== 'ready') throw new RedisUnavailable(`not connected (${client.status})`);
    const pipeline = client.pipeline();
    for (const [name, ...args] of commands) pipeline.call(name, ...args);
    const results = await withinDeadline(pipeline.exec());
    return results.map(([error, reply]) => {
      if (error === null) return reply as RedisReply;
      // Only the server's own refusals are replies; anything else means that the connection broke.
      if (error.name === 'ReplyError') return error;
      throw new RedisUnavailable('connection lost', { cause: error });
    });
  }

  /** Node runs timers before it reads sockets: a reply that came while the process was busy is read in the extra turn. */
  function withinDeadline<T>(work: Promise<T | null>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = clock.after(settings.deadlineMs, () => {
        void clock
          .afterPoll()
          .then(() => reject(new RedisUnavailable(`no answer within ${settings.deadlineMs} ms`)));
      });
      work.then(
        (value) => {
          cancel();
          if (value === null) reject(new RedisUnavailable('the pipeline was dropped'));
          else resolve(value);
        },
        (error: unknown) => {
          cancel();
          reject(new RedisUnavailable('connection lost', { cause: error }));
        },
      );
    });
  }

  return {
    exchange,
    isReady: () => client.status === 'ready',
    reconnect: () => reconnect(client),
    close: () => disconnect(client),
  };
}

/** Starts connecting and does not wait for it; failures are told by events and repeated for ever. */
export function connect(client: Redis): void {
  client.connect().catch(() => undefined);
}

/** Drops the connection for a new one; also revives a client that has given up, which it should not. */
export function reconnect(client: Redis): void {
  if (client.status === 'end') connect(client);
  else client.disconnect(true);
}

/** Resolves when the socket is closed. */
export async function disconnect(client: Redis): Promise<void> {
  // Between two attempts there is no socket whose closing could be waited for.
  const hasSocket =
    client.status === 'ready' || client.status === 'connect' || client.status === 'connecting';
  const closed = hasSocket ? new Promise((resolve) => client.once('end', resolve)) : undefined;
  client.disconnect();
  await closed;
}
