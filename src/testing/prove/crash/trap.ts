import type { Socket } from 'node:net';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { createRelay, type Relay } from '../../servers/relay.ts';

/** A proxy on 127.0.0.1 that lets everything pass, until a client sends what it waits for. */
export interface Trap extends Relay {
  /** From now on a connection is held as soon as its client sends the bait; that, and all behind it, does not arrive. */
  readonly arm: () => void;
  /** Resolves when so many connections are held. */
  readonly caught: (connections: number) => Promise<void>;
  /** What is held arrives, and nothing is held any more. */
  readonly release: () => void;
}

interface TrapOptions {
  readonly targetPort: number;
  readonly bait: string;
}

interface Held {
  readonly server: Socket;
  readonly pieces: Buffer[];
}

const caughtWithinMs = 10_000;

export async function createTrap({ targetPort, bait }: TrapOptions): Promise<Trap> {
  const held = new Set<Held>();
  let armed = false;

  function join(client: Socket, server: Socket): void {
    let tail = '';
    let holding: Held | undefined;
    const send = (piece: Buffer) => {
      // A bait that comes in two pieces is found too, and half a command is not executed.
      const seen = tail + piece.toString('latin1');
      tail = seen.slice(1 - bait.length);
      if (armed && holding === undefined && seen.includes(bait)) {
        holding = { server, pieces: [] };
        held.add(holding);
      }
      if (holding !== undefined && held.has(holding)) holding.pieces.push(piece);
      else server.write(piece);
    };
    client.on('data', send);
    server.on('data', (piece) => client.write(piece));
  }

  return {
    ...(await createRelay({ targetPort, join })),
    arm: () => void (armed = true),
    async caught(connections) {
      const isFull = () => held.size >= connections;
      if (await waitUntil(isFull, { everyMs: 1, timeoutMs: caughtWithinMs })) return;
      throw new Error(`${held.size} of ${connections} connections came into the trap for ${bait}`);
    },
    release() {
      armed = false;
      for (const { server, pieces } of held) for (const piece of pieces) server.write(piece);
      held.clear();
    },
  };
}
