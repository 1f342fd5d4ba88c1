import type { RedisReply } from './script.ts';
import { slotCount } from './slot.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A server that holds slots. */
export interface Master extends Address {
  /** The same for the same server at the same address. */
  readonly name: string;
  readonly id: string;
  /** Grows with every failover and resharding that gave it slots: of two claims to a slot the higher one is the later. */
  readonly epoch: number;
  /** Its slots, such as `0-5460 9000-9000`. */
  readonly ranges: string;
}

/** Which server holds what, as one server of the cluster saw it. */
export interface SlotMap {
  readonly masters: readonly Master[];
  readonly replicas: readonly Address[];
  /** Ids of all servers of the cluster, also of those without slots. */
  readonly members: ReadonlySet<string>;
  /** Every slot is held by somebody. */
  readonly complete: boolean;
  ownerOf(slot: number): Master | undefined;
}

/** Reads CLUSTER SLOTS and CLUSTER NODES; an empty host means the one that was asked. Throws where they are none. */
export function readSlotMap(slots: RedisReply, nodes: RedisReply, askedHost: string): SlotMap {
  if (!Array.isArray(slots) || typeof nodes !== 'string')
    throw new Error('not a map of slots', { cause: [slots, nodes].find((reply) => reply instanceof Error) });
  const epochs = readEpochs(nodes);
  const claims = new Map<string, { readonly address: Address; readonly ranges: [number, number][] }>();
  const replicas = new Map<string, Address>();
  for (const entry of slots as readonly RedisReply[]) {
    const [start, end, master, ...others] = Array.isArray(entry) ? (entry as readonly RedisReply[]) : [];
    if (typeof start !== 'number' || typeof end !== 'number') throw new Error('not a range of slots');
    const { id, address } = readServer(master, askedHost);
    const claim = claims.get(id) ?? { address, ranges: [] };
    claim.ranges.push([start, end]);
    claims.set(id, claim);
    for (const other of others.map((one) => readServer(one, askedHost)))
      replicas.set(other.id, other.address);
  }

  const owners = new Array<Master | undefined>(slotCount).fill(undefined);
  const masters = [...claims].map(([id, { address, ranges }]): Master => {
    const sorted = ranges.toSorted(([one], [other]) => one - other);
    const name = `${id}@${address.host}:${address.port}`;
    const text = sorted.map((range) => range.join('-')).join(' ');
    const master = { ...address, id, name, epoch: epochs.get(id) ?? 0, ranges: text };
    for (const [start, end] of sorted) owners.fill(master, start, end + 1);
    return master;
  });
  return {
    masters,
    replicas: [...replicas.values()],
    members: new Set(epochs.keys()),
    complete: !owners.includes(undefined),
    ownerOf: (slot) => owners[slot],
  };
}

/** True where `seen` comes from a server that has not heard yet of what `known` tells. */
export function isOutdated(seen: SlotMap, known: SlotMap): boolean {
  for (let slot = 0; slot < slotCount; slot++) {
    const [before, now] = [known.ownerOf(slot), seen.ownerOf(slot)];
    if (before === undefined || now === undefined || before === now) continue;
    // In a cluster that was made anew at the same addresses the epochs begin anew too.
    if (now.epoch < before.epoch && seen.members.has(before.id)) return true;
  }
  return false;
}

/** Names of the masters in `now` that hold other slots than in `before`, or hold them by another claim. */
export function changedMasters(before: SlotMap | undefined, now: SlotMap): ReadonlySet<string> {
  const claim = ({ name, epoch, ranges }: Master) => `${name} ${epoch} ${ranges}`;
  const known = new Set(before?.masters.map(claim));
  return new Set(now.masters.filter((master) => !known.has(claim(master))).map(({ name }) => name));
}

function readServer(server: RedisReply | undefined, askedHost: string) {
  const [host, port, id] = Array.isArray(server) ? (server as readonly RedisReply[]) : [];
  if (typeof port !== 'number' || typeof id !== 'string') throw new Error('not a server of a cluster');
  // `?` stands for a host name that was not told to the cluster yet.
  const isTold = typeof host === 'string' && host !== '' && host !== '?';
  return { id, address: { host: isTold ? host : askedHost, port } };
}

/** Lines of `<id> <address> <flags> <master> <ping> <pong> <epoch> <link> <slot>…`. */
function readEpochs(nodes: string): ReadonlyMap<string, number> {
  const lines = nodes.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const words = line.split(' ');
      return [words[0] ?? '', Number(words[6])];
    }),
  );
}
