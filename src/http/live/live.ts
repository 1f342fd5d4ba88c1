import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../clock/clock.ts';
import { systemRandom } from '../../clock/random.ts';
import type { SessionWatch } from '../../context/session-watch.ts';
import type { Operations } from '../../graphql/operations.ts';
import type { Log } from '../../log/log.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import type { ClientAddress } from '../client-address.ts';
import type { Drain } from '../drain.ts';
import { createConnections } from './connections.ts';
import { createEventStream } from './event-stream.ts';
import { defaultLiveSettings, type LiveSettings } from './settings.ts';
import { registerSockets } from './sockets.ts';

interface Needs {
  readonly operations: Operations;
  readonly sessions: SessionWatch;
  readonly drain: Drain;
  readonly clientAddress: ClientAddress;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** WebSockets and event streams together. */
  readonly maxConnections: number;
  /** The same of one client's network; 0 for no bound of its own. */
  readonly maxPerNetwork: number;
  /** Of one WebSocket. */
  readonly maxOperations: number;
  readonly origins: readonly string[];
  readonly settings?: Partial<LiveSettings> | undefined;
}

/** Connections that stay open: takes WebSockets, and returns what answers a request by events. All end when it drains. */
export function registerLive(
  http: FastifyInstance,
  { drain, maxConnections, maxPerNetwork, maxOperations, origins, settings, ...needs }: Needs,
) {
  const { clock, metrics } = needs;
  const connections = createConnections({
    ...{ clock, random: systemRandom, metrics },
    ...{ maxConnections, maxPerNetwork },
  });
  drain.beside((withinMs) => connections.close(withinMs));
  const common = { ...needs, connections, settings: { ...defaultLiveSettings, ...settings } };
  registerSockets(http, { ...common, maxOperations, origins });
  return createEventStream(common);
}
