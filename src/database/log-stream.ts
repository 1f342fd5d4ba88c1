import { Socket } from 'node:net';
import pg from 'pg';
import { PgoutputPlugin, type Pgoutput } from 'pg-logical-replication';
import { asError } from '../errors/as-error.ts';
import type { Cancel, Clock } from '../clock/clock.ts';
import { laterLsn, parseLsn, zeroLsn, type Lsn } from '../clock/lsn.ts';
import { encodeStatus, readFrame } from './log-frames.ts';

/** One step of a committed transaction. Transactions arrive whole, one after the other, in the order of their commits. */
export type LogEvent =
  | { readonly kind: 'begin'; readonly xid: number }
  | {
      readonly kind: 'row';
      readonly table: string;
      readonly change: 'insert' | 'update' | 'delete';
      /** The columns of the replica identity, where the row was deleted or one of them has changed. */
      readonly before: LogRow | undefined;
      readonly after: LogRow | undefined;
    }
  | { readonly kind: 'truncate'; readonly tables: readonly string[] }
  | { readonly kind: 'message'; readonly prefix: string; readonly content: string }
  /** `end` is where the commit record ends: a server that has replayed it has the commit. */
  | { readonly kind: 'commit'; readonly end: Lsn };

/** Published columns by name. Null and unchanged long values are left out. */
export type LogRow = Readonly<Partial<Record<string, string>>>;

/** Holds a slot as long as it is open. */
export interface LogStream {
  /** What was committed up to here need not be sent again. */
  readonly confirm: (lsn: Lsn) => void;
  /** Rejects when the stream breaks, resolves when it is closed. */
  readonly ended: Promise<void>;
  readonly close: () => Promise<void>;
}

export interface LogStreamOptions {
  readonly url: string;
  readonly slot: string;
  readonly publication: string;
  /** Lets standbys keep a copy of the slot; from Postgres 17 on. */
  readonly failover: boolean;
  readonly clock: Clock;
  readonly connectTimeoutMs: number;
  /** The server gives the slot to others when nothing was heard of us for so long, and we give up the server. */
  readonly silentMs: number;
  /** While a returned promise is pending, nothing more is read. A failure ends the stream. */
  readonly onEvent: (event: LogEvent) => void | Promise<void>;
}

/** The parts of pg's connection that its types leave out. */
interface CopyConnection {
  on(event: 'copyData', listener: (message: { readonly chunk: Buffer }) => void): void;
  once(event: 'replicationStart', listener: () => void): void;
  sendCopyFromChunk(chunk: Buffer): void;
}

const pingEveryMs = 1_000;

/**
 * Follows a slot from where it was confirmed. Rejects with SQLSTATE 55006 while another holds it.
 *
 * The parser is `pg-logical-replication`'s; its service is not used, because it reports one position for everything. A flush
 * position that is held back makes the server's shutdown wait for it for ever, and `synchronous_standby_names = '*'` would
 * let commits wait for it too. So "written" follows what has arrived, and "flushed" is told in the moment of a confirmation
 * only, and withdrawn at once.
 */
export async function openLogStream(options: LogStreamOptions): Promise<LogStream> {
  const { url, slot, publication, clock, onEvent } = options;
  const socket = new Socket();
  const settings = {
    connectionString: url,
    replication: 'database',
    application_name: slot,
    connectionTimeoutMillis: options.connectTimeoutMs,
    keepAlive: true,
    options: `-c wal_sender_timeout=${options.silentMs}`,
    // Ours, because only destroying it ends a connection whose server is frozen.
    stream: () => socket,
  };
  const client = new pg.Client(settings);
  const connection = (client as unknown as { readonly connection: CopyConnection }).connection;
  const plugin = new PgoutputPlugin({ protoVersion: 1, publicationNames: [publication], messages: true });

  const frames: Buffer[] = [];
  let draining = false;
  let paused = false;
  let received = zeroLsn;
  let heardAt = clock.monotonic();
  let over = false;
  let settle: { resolve(): void; reject(reason: unknown): void } | undefined;
  const ended = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  // Whoever waits for it sees the failure; that nobody waits yet is no fault.
  ended.catch(() => undefined);

  function end(reason?: unknown): void {
    if (over) return;
    over = true;
    stopPinging();
    frames.length = 0;
    socket.destroy();
    if (reason === undefined) settle?.resolve();
    else settle?.reject(reason);
  }

  function report(flushed: Lsn, ping: boolean): void {
    if (!over)
      connection.sendCopyFromChunk(encodeStatus({ written: received, flushed, now: clock.now(), ping }));
  }

  function receive(chunk: Buffer): void {
    if (over) return;
    heardAt = clock.monotonic();
    try {
      const frame = readFrame(chunk);
      received = laterLsn(received, frame.lsn);
      if (frame.kind === 'data') frames.push(frame.data);
      else if (frame.replyRequested) report(zeroLsn, false);
    } catch (error) {
      end(error);
    }
    if (!draining && frames.length > 0) void drain();
  }

  async function drain(): Promise<void> {
    draining = true;
    try {
      for (let data = frames.shift(); data !== undefined; data = frames.shift()) {
        const event = toEvent(plugin.parse(data));
        const work = event && onEvent(event);
        if (work === undefined) continue;
        paused = true;
        socket.pause();
        await work;
        heardAt = clock.monotonic();
        paused = false;
        socket.resume();
      }
    } catch (error) {
      end(error);
    } finally {
      draining = false;
    }
  }

  async function ping(): Promise<void> {
    report(zeroLsn, true);
    await clock.afterPoll();
    if (!paused && clock.monotonic() - heardAt > options.silentMs)
      end(new Error('the log’s server is silent'));
  }

  let stopPinging: Cancel = () => undefined;
  client.on('error', end);
  try {
    await client.connect();
    if (options.failover) await client.query(`ALTER_REPLICATION_SLOT "${slot}" (FAILOVER true)`);
    connection.on('copyData', ({ chunk }) => receive(chunk));
    await new Promise<void>((resolve, reject) => {
      connection.once('replicationStart', resolve);
      plugin.start(client, slot, '0/0').then(
        () => end(new Error('the server has ended the log')),
        (error: unknown) => {
          reject(asError(error));
          end(error);
        },
      );
    });
  } catch (error) {
    end(error);
    throw error;
  }
  heardAt = clock.monotonic();
  stopPinging = clock.every(pingEveryMs, () => void ping());

  return {
    confirm(lsn) {
      report(lsn, false);
      report(zeroLsn, false);
    },
    ended,
    async close() {
      const closed = new Promise((resolve) =>
        socket.closed ? resolve(undefined) : socket.once('close', resolve),
      );
      end();
      await closed;
    },
  };
}

function toEvent(message: Pgoutput.Message): LogEvent | undefined {
  switch (message.tag) {
    case 'begin':
      // The parser reads the 32 bits as a signed number.
      return { kind: 'begin', xid: message.xid >>> 0 };
    case 'insert':
    case 'update':
    case 'delete':
      return toRowEvent(message);
    case 'truncate':
      return { kind: 'truncate', tables: message.relations.map(({ name }) => name) };
    case 'message':
      return { kind: 'message', prefix: message.prefix, content: Buffer.from(message.content).toString() };
    case 'commit':
      return { kind: 'commit', end: parseLsn(message.commitEndLsn ?? '0/0') };
    case 'origin':
    case 'relation':
    case 'type':
      return undefined;
  }
}

function toRowEvent(
  message: Pgoutput.MessageInsert | Pgoutput.MessageUpdate | Pgoutput.MessageDelete,
): LogEvent {
  const before = message.tag === 'insert' ? null : (message.old ?? message.key);
  const after = message.tag === 'delete' ? null : message.new;
  return {
    kind: 'row',
    table: message.relation.name,
    change: message.tag,
    before: toRow(before),
    after: toRow(after),
  };
}

function toRow(tuple: Readonly<Record<string, unknown>> | null): LogRow | undefined {
  if (tuple === null) return undefined;
  const present = Object.entries(tuple).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(present.map(([column, value]) => [column, String(value)]));
}
