import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { createFrames, endsStatement, isAnswered, type Frame } from './frames.ts';

/** Where a transaction is held. */
export interface Place {
  /** Its statement, from 0 on; COMMIT is the last. */
  readonly at: number;
  /** Whether the server does it and nobody hears of it, or it does not arrive. */
  readonly done: boolean;
}

/** A proxy on 127.0.0.1 in front of Postgres that counts the statements of one transaction, and may hold it at one of them. */
export interface StatementTrap {
  /** This address in place of the server's. */
  readonly through: (url: string) => string;
  /** How many statements it had. */
  readonly counted: () => number;
  /** Resolves when it is held. */
  readonly caught: () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface TrapOptions {
  readonly targetPort: number;
  /** In the text of its first statement. */
  readonly bait: string;
  /** Nowhere: it is counted only. */
  readonly place?: Place | undefined;
}

const caughtWithinMs = 20_000;

export async function createStatementTrap({ targetPort, bait, place }: TrapOptions): Promise<StatementTrap> {
  const sockets = new Set<Socket>();
  let statements = 0;
  let isCaught = false;

  function join(client: Socket): void {
    const server = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    const frames = createFrames();
    /** Of the transaction; undefined outside of it. */
    let at: number | undefined;
    let isBetween = true;
    let isOver = false;
    let answer = Buffer.alloc(0);

    function follow(frame: Frame): void {
      if (at === undefined && frame.bytes.includes(bait)) at = -1;
      if (at !== undefined && isBetween && !isOver) statements = (at += 1) + 1;
      isBetween = endsStatement(frame);
      isOver = isOver || (at !== undefined && frame.bytes.includes('COMMIT;'));
      // What is held reaches nobody, and neither does anything behind it.
      if (isHeld()) isCaught = isCaught || isBetween;
      else server.write(frame.bytes);
    }
    const isHere = () => place !== undefined && at !== undefined && at >= place.at;
    const isHeld = () => isHere() && (place?.done === false || at !== place?.at);

    client.on('data', (piece) => {
      for (const frame of frames.push(piece)) follow(frame);
    });
    server.on('data', (piece) => {
      if (!isHere()) client.write(piece);
      else {
        answer = Buffer.concat([answer, piece]);
        isCaught = isCaught || isAnswered(answer);
      }
    });
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
    counted: () => statements,
    async caught() {
      if (await waitUntil(() => isCaught, { everyMs: 1, timeoutMs: caughtWithinMs })) return;
      throw new Error(`nothing came into the trap at ${JSON.stringify(place)}`);
    },
    async close() {
      listener.close();
      for (const socket of sockets) socket.destroy();
      if (listener.listening) await once(listener, 'close');
    },
  };
}
