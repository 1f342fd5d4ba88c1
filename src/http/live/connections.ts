import type { Clock } from '../../clock/clock.ts';
import type { Random } from '../../clock/random.ts';
import type { Metrics } from '../../metrics/metrics.ts';

type Transport = 'websocket' | 'sse';

/** Everything that stays open: counted, bounded, and ended together. */
export interface Connections {
  /** Why there is no place for another one. */
  refusal(): 'full' | 'closing' | undefined;
  /** Counts one more. The returned function is called when it is closed. */
  add(transport: Transport, connection: Connection): () => void;
  /** Nothing more is added; retires all of them, one batch after the other over `spreadMs`. */
  close(spreadMs: number): Promise<void>;
}

export interface Connection {
  /** Ends its streams at once, answers what else is under way, and closes; resolves when it is closed. */
  retire(): Promise<void>;
}

interface Needs {
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly maxConnections: number;
}

const batchEveryMs = 100;

export function createConnections({ clock, random, metrics, maxConnections }: Needs): Connections {
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
