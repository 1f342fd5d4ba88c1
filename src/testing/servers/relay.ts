import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A listener on 127.0.0.1 in front of a server. */
export interface Relay {
  /** This address in place of the server's. */
  readonly through: (url: string) => string;
  readonly close: () => Promise<void>;
}

interface RelayOptions {
  readonly targetPort: number;
  /** Says what becomes of what the two send: nothing passes by itself but the end of a connection. */
  readonly join: (client: Socket, server: Socket) => void;
}

/** For traps that look into what is sent; a server that fails or stalls is made by the fault proxy. */
export async function createRelay({ targetPort, join }: RelayOptions): Promise<Relay> {
  const sockets = new Set<Socket>();

  function tie(socket: Socket, other: Socket): void {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  }

  const listener = createServer({ noDelay: true }, (client) => {
    const server = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    tie(client, server);
    tie(server, client);
    join(client, server);
  });
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
    async close() {
      listener.close();
      for (const socket of sockets) socket.destroy();
      if (listener.listening) await once(listener, 'close');
    },
  };
}
