import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { isWhole } from '../redirects/connection.ts';

/** What a client is told to send. */
export interface Job {
  readonly port: number;
  /** A whole request, as it goes over the wire. */
  readonly text: string;
  readonly connections: number;
  readonly waves: number;
}

export interface Sent {
  readonly answers: number;
  /** Those that were not 200. */
  readonly refused: number;
}

/**
 * A request on each connection at once, and the next ones when all are answered. Asked by each connection in its own time, one gateway
 * would see its requests come one by one and another in a bunch, because it lets them wait for one answer of Redis; what comes
 * in a bunch takes half as much of a processor, whose caches then know what to do.
 */
async function run({ port, text, connections, waves }: Job): Promise<Sent> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  let refused = 0;
  for (let wave = 0; wave < waves; wave += 1) {
    const statuses = await Promise.all(sockets.map((socket) => ask(socket, text)));
    refused += statuses.filter((status) => status !== 200).length;
  }
  for (const socket of sockets) socket.destroy();
  return { answers: waves * connections, refused };
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1');
  await once(socket, 'connect');
  // What it says is said by the end that follows.
  socket.on('error', () => undefined);
  return socket;
}

/** The status; 0 where the connection ended before the answer. */
function ask(socket: Socket, text: string): Promise<number> {
  return new Promise((resolve) => {
    let received = '';
    const onData = (part: string) => {
      received += part;
      if (isWhole(received)) finish(Number(received.slice(9, 12)));
    };
    const onEnd = () => finish(0);
    function finish(status: number): void {
      socket.off('data', onData).off('close', onEnd);
      resolve(status);
    }
    socket.on('data', onData).on('close', onEnd).write(text);
  });
}

/** As a program of its own, it does what its parent sends, and sends back what came of it. */
process.on('message', (job: Job) => {
  run(job).then(
    (sent) => process.send?.(sent),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.once('disconnect', () => process.exit());
