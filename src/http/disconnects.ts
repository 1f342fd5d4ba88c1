import type { Socket } from 'node:net';

/** Tells the requests of a connection that nobody waits for their answers any more. */
export interface Disconnects {
  /** Runs `onGone` when the connection closes before `stop`; at once where it has closed already. */
  watch(socket: Socket, onGone: () => void): Connection;
}

export interface Connection {
  isGone(): boolean;
  stop(): void;
}

/**
 * One listener for each connection, however many requests it carries. A response's own `close` would not do: of pipelined
 * requests only the first has a response that is joined to the socket.
 */
export function createDisconnects(): Disconnects {
  const unanswered = new WeakMap<Socket, Set<() => void>>();

  function requestsOf(socket: Socket): Set<() => void> {
    const known = unanswered.get(socket);
    if (known !== undefined) return known;
    const requests = new Set<() => void>();
    unanswered.set(socket, requests);
    socket.once('close', () => {
      for (const onGone of [...requests]) onGone();
      requests.clear();
    });
    return requests;
  }

  return {
    watch(socket, onGone) {
      const requests = requestsOf(socket);
      // Its own function, so that two requests with the same one are two.
      const tell = () => onGone();
      if (socket.destroyed) tell();
      else requests.add(tell);
      return { isGone: () => socket.destroyed, stop: () => requests.delete(tell) };
    },
  };
}
