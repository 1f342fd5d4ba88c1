import type { Metrics } from '../../metrics/metrics.ts';

type Transport = 'websocket' | 'sse';

/** Everything that stays open: counted, bounded, and ended together. */
export interface Connections {
  /** Why there is no place for another one. */
  refusal(): 'full' | 'closing' | undefined;
  /** Counts one more. The returned function is called when it is closed. */
  add(transport: Transport, connection: Connection): () => void;
  /** Retires all of them; nothing more is added. */
  close(): Promise<void>;
}

export interface Connection {
  /** Ends its streams at once, answers what else is under way, and closes; resolves when it is closed. */
  retire(): Promise<void>;
}

interface Needs {
  readonly metrics: Metrics;
  readonly maxConnections: number;
}

export function createConnections({ metrics, maxConnections }: Needs): Connections {
  const open = new Set<Connection>();
  let closing = false;
  return {
    refusal: () => (closing ? 'closing' : open.size >= maxConnections ? 'full' : undefined),
    add(transport, connection) {
      open.add(connection);
      metrics.liveConnections.inc({ transport });
      return () => {
        if (open.delete(connection)) metrics.liveConnections.dec({ transport });
      };
    },
    async close() {
      closing = true;
      await Promise.all([...open].map((connection) => connection.retire()));
    },
  };
}
