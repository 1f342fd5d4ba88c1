import { Redis } from 'ioredis';
import type { Clock } from '../clock/clock.ts';
import type { Log } from '../log/log.ts';
import { connectionOptions, disconnect, type ConnectionSettings } from './connection.ts';
import type { RedisReply, WireCommand } from './script.ts';
import { readSlotMap, type Address, type SlotMap } from './slot-map.ts';
import { RedisUnavailable } from './unavailable.ts';

type Ask = (commands: readonly WireCommand[]) => Promise<readonly RedisReply[]>;

/** Asks the servers of a cluster which of them holds what. */
export interface Topology {
  /** Asks the connected ones in turn, and if none answers all others at once. Rejects when nobody told anything. */
  survey(connected: readonly Connected[]): Promise<SlotMap>;
  /** The seeds and every server that the last answer told of. */
  readonly urls: () => readonly string[];
  /** How to reach a server: as the first seed, at its own address. */
  urlOf(address: Address): string;
  close(): Promise<void>;
}

interface Connected {
  readonly host: string;
  readonly ask: Ask;
}

interface Needs {
  /** Seeds; the credentials and the protocol of the first hold for all servers. */
  readonly urls: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: ConnectionSettings;
}

const query: readonly WireCommand[] = [
  ['cluster', 'slots'],
  ['cluster', 'nodes'],
];

export function createTopology({ urls: seeds, clock, log, settings }: Needs): Topology {
  const visits = new Set<Redis>();
  let told: readonly Address[] = [];
  let closed = false;

  function urlOf({ host, port }: Address): string {
    const url = new URL(seeds[0] ?? '');
    url.hostname = host.includes(':') ? `[${host}]` : host;
    url.port = String(port);
    return url.href;
  }

  const urls = () => [...new Set([...seeds.map((seed) => new URL(seed).href), ...told.map(urlOf)])];

  async function survey(connected: readonly Connected[]): Promise<SlotMap> {
    for (const { host, ask } of connected) {
      try {
        return await readFrom(host, ask);
      } catch (error) {
        log.debug({ err: error, host }, 'a server of the cluster did not tell its slots');
      }
    }
    return Promise.any(urls().map(visit));
  }

  async function readFrom(host: string, ask: Ask): Promise<SlotMap> {
    const [slots = null, nodes = null] = await ask(query);
    const map = readSlotMap(slots, nodes, host);
    if (map.masters.length === 0) throw new RedisUnavailable('the server knows of no slots');
    told = [...map.masters, ...map.replicas];
    return map;
  }

  /** A connection for one question. */
  async function visit(url: string): Promise<SlotMap> {
    if (closed) throw new RedisUnavailable('closed');
    const client = new Redis(url, { ...connectionOptions(settings), retryStrategy: () => null });
    visits.add(client);
    client.on('error', (error: Error) => log.debug({ err: error }, 'a seed cannot be reached'));
    // A frozen server lets itself be connected to, and says nothing.
    const giveUp = clock.after(settings.connectTimeoutMs, () => client.disconnect());
    try {
      await client.connect();
      return await readFrom(new URL(url).hostname.replace(/^\[|\]$/g, ''), (commands) =>
        Promise.all(commands.map(([name, ...args]) => client.call(name, ...args) as Promise<RedisReply>)),
      );
    } finally {
      giveUp();
      visits.delete(client);
      await disconnect(client);
    }
  }

  return {
    survey,
    urls,
    urlOf,
    async close() {
      closed = true;
      await Promise.all([...visits].map(disconnect));
    },
  };
}
