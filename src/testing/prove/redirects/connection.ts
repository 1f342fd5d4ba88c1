import { connect } from 'node:net';

/** What one connection was told. */
export interface Told {
  readonly status: number;
  readonly tookMs: number;
}

interface Conversation {
  readonly port: number;
  /** The request to send next; undefined when there is none any more. */
  readonly next: () => string | undefined;
  readonly onAnswer: (told: Told) => void;
  /** The connection ended before the answer came. */
  readonly onLost: () => void;
}

/**
 * One request after the other on one connection, each when the one before is answered. Written on the bare socket, because
 * a client of the library would take as long for a request as the servers that are measured.
 */
export function converse({ port, next, onAnswer, onLost }: Conversation): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', ask).setNoDelay(true).setEncoding('latin1');
    let received = '';
    let sentAt = 0;
    let isWaiting = false;

    function ask(): void {
      const request = next();
      if (request === undefined) {
        socket.end();
        return;
      }
      received = '';
      isWaiting = true;
      sentAt = performance.now();
      socket.write(request);
    }

    socket.on('data', (text: string) => {
      received += text;
      if (!isWhole(received)) return;
      isWaiting = false;
      onAnswer({ status: Number(received.slice(9, 12)), tookMs: performance.now() - sentAt });
      ask();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (isWaiting) onLost();
      resolve();
    });
  });
}

export function isWhole(received: string): boolean {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(received)?.[1] ?? '0';
  return received.length >= end + 4 + Number(length);
}

/** A GET, or a POST of a body, which is JSON. */
export function requestFor(path: string, headers: readonly string[] = [], body?: string): string {
  const own =
    body === undefined
      ? []
      : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`];
  const head = [
    `${body === undefined ? 'GET' : 'POST'} /${path} HTTP/1.1`,
    ...['Host: 127.0.0.1', ...own, ...headers],
  ];
  return `${head.join('\r\n')}\r\n\r\n${body ?? ''}`;
}
