import { connect, type Socket } from 'node:net';
import { createFaultLane } from './fault-lane.ts';
import type { FaultMode } from './fault-mode.ts';

export interface FaultConnection {
  /** Tells of a new mode. */
  modeChanged(): void;
  reset(): void;
  destroy(): void;
}

/** Joins a client's socket to a new one to the server; `onGone` when both ends are closed. */
export function createFaultConnection(
  client: Socket,
  target: { readonly host: string; readonly port: number },
  mode: () => FaultMode,
  onGone: () => void,
): FaultConnection {
  const server = connect({ ...target, allowHalfOpen: true, noDelay: true });
  let allowance = allowanceOf(mode());
  const destroy = () => {
    for (const socket of [client, server]) socket.destroy();
  };
  const unlimited = { mode, allowance: () => Infinity, onPassed: () => undefined, onCut: () => undefined };
  const lanes = [
    createFaultLane({ ...unlimited, from: client, to: server }),
    createFaultLane({
      from: server,
      to: client,
      mode,
      allowance: () => allowance,
      onPassed: (bytes) => (allowance -= bytes),
      // `end` lets the last bytes arrive; a reset could overtake them.
      onCut: () => {
        client.end(() => destroy());
        server.destroy();
      },
    }),
  ];

  let pendingClose: (() => void) | undefined;
  const onClose = (socket: Socket, other: Socket, hadError: boolean) => {
    if (hadError) pendingClose = () => other.resetAndDestroy();
    // After an orderly end the lane ends the other side, once all it still holds has arrived.
    else if (!socket.readableEnded) pendingClose = () => other.destroySoon();
    if (mode().kind !== 'black-hole') pendingClose?.();
    if (!client.destroyed || !server.destroyed) return;
    for (const lane of lanes) lane.dispose();
    onGone();
  };
  for (const [socket, other] of [
    [client, server],
    [server, client],
  ] as const) {
    // The close that follows an error is what counts.
    socket.on('error', () => undefined);
    socket.on('close', (hadError) => onClose(socket, other, hadError));
  }
  return {
    modeChanged: () => {
      allowance = allowanceOf(mode());
      for (const lane of lanes) lane.release();
      if (mode().kind !== 'black-hole') pendingClose?.();
    },
    reset: () => {
      for (const socket of [client, server]) socket.resetAndDestroy();
    },
    destroy,
  };
}

function allowanceOf(mode: FaultMode): number {
  return mode.kind === 'cut' ? mode.afterBytes : Infinity;
}
