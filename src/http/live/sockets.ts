import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Metrics } from '../../metrics/metrics.ts';
import type { ClientAddress } from '../client-address.ts';
import { createSocketRefusal, type Refusal } from '../client-error.ts';
import { hasTooManyHeaders } from '../header-limit.ts';
import { closeCodes, labelOfCode } from './close-codes.ts';
import type { Connections } from './connections.ts';
import { createRounds } from './rounds.ts';
import { createSocket, type LiveSocket, type SocketNeeds } from './socket.ts';
import { readAgain, refusalOf, wantsSocket } from './upgrade.ts';

interface Needs extends Omit<SocketNeeds, 'clientAddress'> {
  readonly clientAddress: ClientAddress;
  readonly connections: Connections;
  readonly metrics: Metrics;
  /** Pages of these origins may connect, and the gateway's own. */
  readonly origins: readonly string[];
}

const path = '/graphql';
const checkEveryMs = 1_000;

/** GraphQL over WebSocket, `graphql-transport-ws`, on the HTTP server's port. */
export function registerSockets(
  app: FastifyInstance,
  { connections, clientAddress, metrics, origins, ...needs }: Needs,
): void {
  const { clock, log, settings } = needs;
  const refuse = createSocketRefusal({ log, metrics });
  const rounds = createRounds<LiveSocket>({
    clock,
    everyMs: checkEveryMs,
    visit: (socket) => socket.check(),
  });
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Compressed, a megabyte of one letter is a kilobyte: the limit would have to count both.
    perMessageDeflate: false,
    maxPayload: settings.maxPayloadBytes,
    // Not in the types yet.
    ...{ closeTimeout: settings.closeTimeoutMs },
    ...{ maxFragments: settings.maxFragments, maxBufferedChunks: settings.maxChunks },
    autoPong: false,
    handleProtocols: (offered) =>
      offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : false,
  });

  server.on('wsClientError', (_error, socket) => refuse(socket, malformed));
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!wantsSocket(request) && !hasTooManyHeaders(request)) {
      readAgain(app.server, request, socket, head);
      return;
    }
    const refusal = refusalOf(request, { connections, clientAddress, origins, path });
    if (refusal === undefined)
      server.handleUpgrade(request, socket, head, (ws) => accept(ws, clientAddress(request)));
    else refuse(socket, refusal);
  });

  function accept(ws: WebSocket, address: string): void {
    const socket = createSocket(ws, { ...needs, clientAddress: address });
    const remove = connections.add('websocket', address, socket);
    const leave = rounds.add(socket);
    ws.once('close', (code) => {
      leave();
      remove();
      metrics.liveClosed.inc({ code: labelOfCode(socket.closedWith() ?? code) });
    });
    const { code, reason } = closeCodes.wrongProtocol;
    if (ws.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) ws.close(code, reason);
  }

  app.addHook('onClose', (_instance, done) => {
    rounds.close();
    server.close();
    done();
  });
}

const malformed: Refusal = {
  status: 400,
  reason: 'Bad Request',
  code: 'BAD_REQUEST',
  message: 'This is not a WebSocket handshake.',
};
