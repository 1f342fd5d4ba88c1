import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { waitUntil } from '../../../dev/processes/wait-until.ts';

/** A proxy on 127.0.0.1 that lets everything pass, until a client sends what it waits for. */
export interface Trap {
  /** This address in place of the server's. */
  readonly through: (url: string) => string;
  /** From now on a connection is held as soon as its client sends the bait; that, and all behind it, does not arrive. */
  readonly arm: () => void;
  /** Resolves when so many connections are held. */
  readonly caught: (connections: number) => Promise<void>;
  /** What is held arrives, and nothing is held any more. */
  readonly release: () => void;
  /** What is held is lost. */
  readonly close: () => Promise<void>;
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
  const sockets = new Set<Socket>();
  const held = new Set<Held>();
  let armed = false;

  function join(client: Socket): void {
    const server = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
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
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  }

  const listener = createServer({ noDelay: true }, join);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    through(url) {
      const address = new URL(url);
      address.hostname = '127.0.0.1';
      address.port = String(port);
      return address.href;
    },
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
    async close() {
      listener.close();
      for (const socket of sockets) socket.destroy();
      if (listener.listening) await once(listener, 'close');
    },
  };
}
