import { Server } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock/clock.ts';

/** How a gateway stops without a request being lost. Behind a proxy each step is for what the proxy may be doing just now. */
export interface Drain {
  /** Since it was told to stop: whoever asks for readiness is sent elsewhere, and all else is as before. */
  isClosing(): boolean;
  /** No connection is taken any more, and each that is open ends with its next answer. */
  isEnding(): boolean;
  /** What is closed meanwhile, within so many milliseconds. */
  beside(close: (withinMs: number) => Promise<void>): void;
  /** Resolves when the server is closed and all that was under way is answered. */
  close(http: FastifyInstance): Promise<void>;
}

interface Needs {
  readonly clock: Clock;
  readonly config: { readonly UNREADY_MS: number; readonly DRAIN_MS: number };
}

/** A part of the time is left for what closes last. */
const spreadShare = 0.8;

export function createDrain({ clock, config: { UNREADY_MS, DRAIN_MS } }: Needs): Drain {
  let state: 'open' | 'unready' | 'ending' = 'open';
  const closers: ((withinMs: number) => Promise<void>)[] = [];
  return {
    isClosing: () => state !== 'open',
    isEnding: () => state === 'ending',
    beside: (close) => void closers.push(close),
    async close(http) {
      state = 'unready';
      if (UNREADY_MS > 0) await clock.sleep(UNREADY_MS);
      // Who has connected by now is accepted: a port that closes resets who waits at it.
      await clock.afterPoll();
      state = 'ending';
      const emptied = stopListening(http.server);
      await Promise.all([
        untilEither(emptied, clock, DRAIN_MS),
        ...closers.map((close) => close(DRAIN_MS * spreadShare)),
      ]);
      // Ends what is idle, and waits for what is not.
      await http.close();
    },
  };
}

/**
 * Resolves when no connection is left. Node's server for HTTP would close its idle connections along with the port: 1. the
 * proxy takes an idle one from its pool and sends a mutation, 2. it is closed before that arrives, 3. nobody knows whether
 * it was executed, so the proxy cannot repeat it. Kept open, it is answered; and the proxy closes what it has no use for.
 */
function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Where it never listened there is an error, which tells nothing new.
    Server.prototype.close.call(server, () => resolve());
  });
}

async function untilEither(done: Promise<void>, clock: Clock, withinMs: number): Promise<void> {
  if (withinMs === 0) return;
  let giveUp: () => void = () => undefined;
  const late = new Promise<void>((resolve) => (giveUp = clock.after(withinMs, resolve)));
  await Promise.race([done, late]);
  giveUp();
}
