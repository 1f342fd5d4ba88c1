import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the range systems hand out for outgoing connections, so nobody takes the port between our look and its use. */
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 31_999;
const MAX_TRIES = 200;

const handedOut = new Set<number>();

/** A port on 127.0.0.1 that nobody listens on and this process has not handed out before. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT + 1);
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port found between ${LOWEST_PORT} and ${HIGHEST_PORT}.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
