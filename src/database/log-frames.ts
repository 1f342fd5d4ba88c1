import { parseLsn, type Lsn } from '../clock/lsn.ts';

/** What the server sends inside a replication stream: a piece of the log, or a sign of life. */
export type Frame =
  | { readonly kind: 'data'; readonly lsn: Lsn; readonly data: Buffer }
  | { readonly kind: 'keepalive'; readonly lsn: Lsn; readonly replyRequested: boolean };

/** Throws on a frame that the protocol does not know. */
export function readFrame(chunk: Buffer): Frame {
  const letter = String.fromCharCode(chunk[0] ?? 0);
  if (letter === 'w') return { kind: 'data', lsn: readLsn(chunk, 1), data: chunk.subarray(25) };
  if (letter === 'k') return { kind: 'keepalive', lsn: readLsn(chunk, 1), replyRequested: chunk[17] === 1 };
  throw new Error(`unknown frame in the log stream: ${JSON.stringify(letter)}`);
}

interface Status {
  readonly written: Lsn;
  /** Zero: not told, so that the slot stays where it is. */
  readonly flushed: Lsn;
  /** Epoch ms. */
  readonly now: number;
  /** Asks the server to answer at once. */
  readonly ping: boolean;
}

const postgresEpochMs = Date.UTC(2000, 0, 1);

/** A standby's status update. */
export function encodeStatus({ written, flushed, now, ping }: Status): Buffer {
  const status = Buffer.alloc(34);
  status.write('r', 0, 'latin1');
  status.write(written, 1, 'hex');
  status.write(flushed, 9, 'hex');
  // Applied: as flushed, which is all that a slot knows of.
  status.write(flushed, 17, 'hex');
  status.writeBigInt64BE(BigInt(Math.round(now - postgresEpochMs)) * 1_000n, 25);
  status.writeUInt8(ping ? 1 : 0, 33);
  return status;
}

function readLsn(chunk: Buffer, at: number): Lsn {
  const [high, low] = [chunk.readUInt32BE(at), chunk.readUInt32BE(at + 4)];
  return parseLsn(`${high.toString(16)}/${low.toString(16)}`);
}
