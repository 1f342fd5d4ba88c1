import type { Clock } from '../../clock/clock.ts';
import type { Random } from '../../clock/random.ts';
import { networkOf } from '../../limits/rate/network.ts';
import type { Metrics } from '../../metrics/metrics.ts';

type Transport = 'websocket' | 'sse';

/** Everything that stays open: counted, bounded, and ended together. */
export interface Connections {
  /** Why there is no place for another one from this address; `crowded` where its network has as many as it may have. */
  refusal(address: string): 'full' | 'crowded' | 'closing' | undefined;
  /** Counts one more. The returned function is called when it is closed. */
  add(transport: Transport, address: string, connection: Connection): () => void;
  /** Nothing more is added; retires all of them, one batch after the other over `spreadMs`. */
  close(spreadMs: number): Promise<void>;
}

export interface Connection {
  /** Ends its streams at once, answers what else is under way, and closes; resolves when it is closed. */
  retire(): Promise<void>;
}

/** For a client to read. */
export const crowdedMessage = 'This address has as many connections as it may have.';

interface Needs {
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly maxConnections: number;
  /** Of one IPv4 address or IPv6 network, so that no client takes all places; 0 for no bound of its own. */
  readonly maxPerNetwork: number;
}

const batchEveryMs = 100;

export function createConnections({
  clock,
  random,
  metrics,
  maxConnections,
  maxPerNetwork,
}: Needs): Connections {
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
    async close(spreadMs) {
      closing = true;
      const batches = dealt([...open], { into: Math.max(1, Math.floor(spreadMs / batchEveryMs)), random });
      const retiring: Promise<void>[] = [];
      for (const [index, batch] of batches.entries()) {
        if (index > 0 && open.size > 0) await clock.sleep(batchEveryMs);
        retiring.push(...batch.map((connection) => connection.retire()));
      }
      await Promise.all(retiring);
    },
  };
}

/**
 * At random, for clients connect again as soon as they are closed: those who came together, such as after the restart before
 * this one, do not go on together.
 */
function dealt<Item>(
  items: readonly Item[],
  { into, random }: { readonly into: number; readonly random: Random },
): readonly (readonly Item[])[] {
  const batches = Array.from({ length: into }, (): Item[] => []);
  for (const item of items) batches[Math.floor(random() * into)]?.push(item);
  return batches;
}
