import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../../dev/processes/free-port.ts';
import { createFaultConnection, type FaultConnection } from './fault-connection.ts';
import { PASS, type FaultMode } from './fault-mode.ts';

export interface FaultProxyOptions {
  readonly targetPort: number;
  /** 127.0.0.1 when not given. */
  readonly targetHost?: string;
  /** A free one when not given. */
  readonly port?: number;
  readonly mode?: FaultMode;
}

export interface FaultProxy {
  readonly port: number;
  mode(): FaultMode;
  /** Resolves when the mode holds for present and new connections. */
  setMode(mode: FaultMode): Promise<void>;
  /** How many connections are open through it, waiting ones included. */
  connections(): number;
  /** Resets the connections that are open now; new ones go by the mode. */
  resetConnections(): void;
  /** From now on it stands before the server on this port, as an address does after a failover; open connections are reset. */
  leadTo(port: number): void;
  /** This address in place of the server's, e.g. `through('redis://127.0.0.1:6379')`. */
  through(url: string): string;
  close(): Promise<void>;
}

/** A TCP proxy on 127.0.0.1 that behaves as badly as it is told; for Postgres, Redis and the link between servers. */
export async function createFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const host = options.targetHost ?? '127.0.0.1';
  let targetPort = options.targetPort;
  const port = options.port ?? (await freePort());
  const open = new Set<FaultConnection>();
  const waiting = new Set<Socket>();
  let mode = options.mode ?? PASS;
  let server: Server | undefined;

  const join = (client: Socket) => {
    const connection = createFaultConnection(
      client,
      { host, port: targetPort },
      () => mode,
      () => open.delete(connection),
    );
    open.add(connection);
  };
  const accept = (client: Socket) => {
    if (mode.kind === 'reset') {
      client.on('error', () => undefined);
      client.resetAndDestroy();
    } else if (mode.kind === 'pause-accept' || mode.kind === 'black-hole') {
      waiting.add(client);
      client.on('error', () => undefined);
      client.once('close', () => waiting.delete(client));
    } else {
      join(client);
    }
  };
  const resetConnections = () => {
    for (const connection of open) connection.reset();
    for (const client of waiting) client.resetAndDestroy();
  };
  const admitWaiting = () => {
    for (const client of [...waiting]) {
      waiting.delete(client);
      accept(client);
    }
  };

  const stopListening = () => {
    server?.close();
    server = undefined;
  };
  const setMode = async (next: FaultMode) => {
    mode = next;
    if (next.kind === 'refuse') stopListening();
    else server ??= await listen(port, accept);
    if (next.kind === 'reset') resetConnections();
    for (const connection of open) connection.modeChanged();
    admitWaiting();
  };

  await setMode(mode);
  return {
    port,
    mode: () => mode,
    setMode,
    connections: () => open.size + waiting.size,
    resetConnections,
    leadTo(next) {
      targetPort = next;
      resetConnections();
    },
    through: (url) => {
      const address = new URL(url);
      address.hostname = '127.0.0.1';
      address.port = String(port);
      return address.href;
    },
    close: async () => {
      const closed = server && once(server, 'close');
      stopListening();
      for (const connection of open) connection.destroy();
      for (const client of waiting) client.destroy();
      await closed;
    },
  };
}

async function listen(port: number, accept: (client: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, accept);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
