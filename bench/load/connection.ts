import { connect } from 'node:net';

export interface Told {
  readonly status: number;
  readonly body: string;
  readonly tookMs: number;
}

/** A request as it goes over the wire, and what to do with its answer. */
export interface Exchange {
  readonly text: string;
  readonly onAnswer: (told: Told) => void;
  /** The connection ended before the answer came. */
  readonly onLost: () => void;
}

/**
 * One request after the other on one connection, each when the one before is answered. On the bare socket, because a client of the
 * library would take as long for a request as the servers that are measured. Bodies are read whole, whatever their transfer.
 */
export function converse(port: number, next: () => Exchange | undefined): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', ask).setNoDelay(true).setEncoding('latin1');
    let received = '';
    let sentAt = 0;
    let current: Exchange | undefined;

    function ask(): void {
      current = next();
      if (current === undefined) {
        socket.end();
        return;
      }
      received = '';
      sentAt = performance.now();
      socket.write(current.text);
    }

    socket.on('data', (part: string) => {
      received = received === '' ? part : received + part;
      const body = bodyOf(received);
      if (body === undefined || current === undefined) return;
      current.onAnswer({ status: Number(received.slice(9, 12)), body, tookMs: performance.now() - sentAt });
      ask();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      current?.onLost();
      resolve();
    });
  });
}

/** Of an answer as it has come so far; undefined until it is whole. One in chunks keeps the marks between them. */
export function bodyOf(received: string): string | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = received.slice(0, end);
  const body = received.slice(end + 4);
  if (/\r\ntransfer-encoding: chunked/i.test(head)) return body.endsWith('0\r\n\r\n') ? body : undefined;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  return body.length >= length ? body : undefined;
}
