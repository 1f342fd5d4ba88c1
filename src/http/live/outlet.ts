import type { WebSocket } from 'ws';
import type { Clock } from '../../clock/clock.ts';
import type { LiveSettings } from './settings.ts';

/** The way to one client, which never holds more than a window's worth for it. */
export interface Outlet {
  /** Resolves when the text has left this process and there may be more; at once when the socket is closed. */
  send(text: string): Promise<void>;
  /** To be called regularly: asks a quiet client whether it is there, and tells what it makes of the answers. */
  check(): 'alive' | 'stalled';
}

interface Needs {
  readonly ws: WebSocket;
  readonly clock: Clock;
  readonly settings: Pick<LiveSettings, 'windowBytes' | 'stalledAfterMs' | 'keepAliveMs'>;
  /** So many texts may wait for their turn, one for each operation; who lets more wait only asks and never reads. */
  readonly maxWaiting: number;
  readonly onFlood: () => void;
}

interface Mark {
  /** Bytes sent before it. */
  readonly sent: number;
  readonly at: number;
}

/** A window is confirmed in as many parts, so that a client that reads is never waited for. */
const marksInWindow = 4;

/**
 * That the kernel took a text says little: it takes megabytes for a client that reads nothing. So every quarter of a window
 * is followed by a ping which bears the count of bytes, and the pong tells how far the client has read.
 */
export function createOutlet({ ws, clock, settings, maxWaiting, onFlood }: Needs): Outlet {
  const { windowBytes, stalledAfterMs, keepAliveMs } = settings;
  let sent = 0;
  let confirmed = 0;
  let unanswered: readonly Mark[] = [];
  let lastMark: Mark = { sent: 0, at: clock.monotonic() };
  let waiting = 0;
  let tail = Promise.resolve();
  let goOn: (() => void) | undefined;

  const isOpen = () => ws.readyState === ws.OPEN;

  function mark(): void {
    lastMark = { sent, at: clock.monotonic() };
    unanswered = [...unanswered, lastMark];
    ws.ping(String(sent));
  }

  function receive(pong: Buffer): void {
    const count = Number(pong.toString('latin1'));
    if (!unanswered.some((each) => each.sent === count)) return;
    unanswered = unanswered.filter((each) => each.sent > count);
    confirmed = count;
    goOn?.();
  }

  async function write(text: string): Promise<void> {
    while (isOpen() && sent - confirmed >= windowBytes)
      await new Promise<void>((resolve) => (goOn = resolve));
    if (!isOpen()) return;
    const data = Buffer.from(text);
    sent += data.length;
    const flushed = new Promise<void>((resolve) => {
      // Where it fails, the socket closes, and that is told elsewhere.
      ws.send(data, { binary: false }, () => resolve());
    });
    if (sent - lastMark.sent >= windowBytes / marksInWindow) mark();
    await flushed;
  }

  ws.on('pong', receive);
  ws.on('ping', (data) => {
    // Answers to a client that reads none of them are not kept for it.
    if (isOpen() && ws.bufferedAmount < windowBytes) ws.pong(data);
  });
  ws.once('close', () => goOn?.());

  return {
    async send(text) {
      if (waiting >= maxWaiting) {
        onFlood();
        return;
      }
      waiting += 1;
      const turn = tail.then(() => write(text));
      tail = turn;
      await turn;
      waiting -= 1;
    },
    check() {
      const now = clock.monotonic();
      const [oldest] = unanswered;
      if (oldest !== undefined) return now - oldest.at >= stalledAfterMs ? 'stalled' : 'alive';
      if (isOpen() && now - lastMark.at >= keepAliveMs) mark();
      return 'alive';
    },
  };
}
