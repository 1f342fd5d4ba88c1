import type { RedisReply, WireCommand } from './script.ts';
import { RedisUnavailable } from './unavailable.ts';

/** What a server is asked before it may be used: is it able to serve, and which one is it. */
export function factsQuery(inCluster: boolean): readonly WireCommand[] {
  const ofServer: readonly WireCommand[] = [['ping'], ['info', 'server'], ['info', 'replication']];
  return inCluster ? [...ofServer, ['cluster', 'info']] : ofServer;
}

export interface ServerFacts {
  /**
   * Made up by the server at each start. Not the replication id: a master without replicas makes up a new one after an
   * hour, and two gateways that asked before and after it would differ about one server. Undefined where INFO is forbidden.
   */
  readonly runId: string | undefined;
}

/** Throws RedisUnavailable where the server answers but cannot serve: loading, a replica, or cut off from its cluster. */
export function readFacts([pong, server, replication, cluster]: readonly RedisReply[]): ServerFacts {
  if (pong !== 'PONG') throw new RedisUnavailable('PING was refused', { cause: pong });
  const role = field(replication, 'role');
  if (role !== undefined && role !== 'master') throw new RedisUnavailable(`the server is a ${role}`);
  const state = field(cluster, 'cluster_state');
  if (state !== undefined && state !== 'ok') throw new RedisUnavailable(`the cluster is in state ${state}`);
  return { runId: field(server, 'run_id') };
}

/** One line of what INFO tells; undefined where it is not there, or INFO is forbidden. */
export function field(info: RedisReply | undefined, name: string): string | undefined {
  if (typeof info !== 'string') return undefined;
  const line = info.split('\r\n').find((text) => text.startsWith(`${name}:`));
  return line?.slice(name.length + 1);
}
