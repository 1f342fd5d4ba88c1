import { networkOf } from '../../limits/rate/network.ts';
import type { Metrics } from '../../metrics/metrics.ts';

type Transport = 'websocket' | 'sse';

/** Everything that stays open: counted, bounded, and ended together. */
export interface Connections {
  /** Why there is no place for another one from this address; `crowded` where its network has as many as it may have. */
  refusal(address: string): 'full' | 'crowded' | 'closing' | undefined;
  /** Counts one more. The returned function is called when it is closed. */
  add(transport: Transport, address: string, connection: Connection): () => void;
  /** Retires all of them; nothing more is added. */
  close(): Promise<void>;
}

export interface Connection {
  /** Ends its streams at once, answers what else is under way, and closes; resolves when it is closed. */
  retire(): Promise<void>;
}

/** For a client to read. */
export const crowdedMessage = 'This address has as many connections as it may have.';

interface Needs {
  readonly metrics: Metrics;
  readonly maxConnections: number;
  /** Of one IPv4 address or IPv6 network, so that no client takes all places; 0 for no bound of its own. */
  readonly maxPerNetwork: number;
}

export function createConnections({ metrics, maxConnections, maxPerNetwork }: Needs): Connections {
  const open = new Set<Connection>();
  /** As large as there are connections. */
  const networks = new Map<string, number>();
  let closing = false;

  const countOf = (network: string) => networks.get(network) ?? 0;

  function count(network: string, more: 1 | -1): void {
    const now = countOf(network) + more;
    if (now === 0) networks.delete(network);
    else networks.set(network, now);
  }

  return {
    refusal(address) {
      if (closing) return 'closing';
      if (open.size >= maxConnections) return 'full';
      return maxPerNetwork > 0 && countOf(networkOf(address)) >= maxPerNetwork ? 'crowded' : undefined;
    },
    add(transport, address, connection) {
      const network = networkOf(address);
      open.add(connection);
      count(network, 1);
      metrics.liveConnections.inc({ transport });
      return () => {
        if (!open.delete(connection)) return;
        count(network, -1);
        metrics.liveConnections.dec({ transport });
      };
    },
    async close() {
      closing = true;
      await Promise.all([...open].map((connection) => connection.retire()));
    },
  };
}
