import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the range systems hand out for outgoing connections, so nobody takes the port between our look and its use. */
const LOWEST_PORT = 20_000;
const PORTS_OF_A_SLICE = 1_000;
const SLICES = 12;
const MAX_TRIES = 200;

/** Each process looks in a part of its own: others are likely to look at the same time, and to use what they found later. */
const FIRST_PORT = LOWEST_PORT + (process.pid % SLICES) * PORTS_OF_A_SLICE;

const handedOut = new Set<number>();

/** A port on 127.0.0.1 that nobody listens on and this process has not handed out before. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const port = randomInt(FIRST_PORT, FIRST_PORT + PORTS_OF_A_SLICE);
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port found from ${FIRST_PORT} to ${FIRST_PORT + PORTS_OF_A_SLICE - 1}.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
