import { createHash } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import type { RedisUse } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Tracing } from '../tracing/tracing.ts';
import type { BreakerState } from './breaker.ts';
import { mergeReads } from './merged-reads.ts';
import { createNode, type RedisNode } from './node.ts';
import { createPatrol } from './patrol.ts';
import { defaultRedisSettings, type Redis, type RedisSettings, type ReturnHook } from './redis.ts';
import { firstKey } from './routing.ts';
import type { RedisCommand, RedisReply } from './script.ts';
import { changedMasters, isOutdated, type Master, type SlotMap } from './slot-map.ts';
import { slotOf } from './slot.ts';
import { createTopology } from './topology.ts';
import { RedisUnavailable } from './unavailable.ts';
import { untilClosed } from './until-closed.ts';

export interface RedisCluster extends Redis {
  /** The seeds and all servers known now, replicas too: for a subscriber, which is served by any of them. */
  readonly urls: () => readonly string[];
}

interface Member extends RedisNode {
  readonly read: (keys: readonly string[]) => Promise<readonly (string | null)[]>;
}

export interface ClusterSettings extends RedisSettings {
  /** How often a server is asked for the slots, and all others whether they are there. */
  readonly patrolEveryMs: number;
  /** The same while a node is out of use, and the shortest time between two questions. */
  readonly searchEveryMs: number;
  /** So many answers in a row that seem to be outdated are believed: the cluster may have been made anew. */
  readonly outdatedAnswers: number;
}

const defaultClusterSettings: ClusterSettings = {
  ...defaultRedisSettings,
  patrolEveryMs: 1_000,
  searchEveryMs: 100,
  outdatedAnswers: 50,
};

interface Needs {
  /** Some servers of the cluster; the credentials and the protocol of the first hold for all. */
  readonly urls: readonly string[];
  readonly role: RedisUse;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly settings?: Partial<ClusterSettings>;
  readonly tracing?: Tracing | undefined;
}

/**
 * Starts to look for the cluster and returns at once. Each master has a connection and a breaker of its own. Where a slot
 * goes to another server, that server's breaker is open before the new map is used, and closes through the hooks: so
 * nobody reads a promoted replica before queued invalidations are replayed and the new identity is noted. For the same
 * reason MOVED and ASK are never followed.
 */
export function createRedisCluster({ urls, role, clock, metrics, log, ...needs }: Needs): RedisCluster {
  const settings = { ...defaultClusterSettings, ...needs.settings };
  const topology = createTopology({ urls, clock, log, settings });
  const nodes = new Map<string, Member>();
  const hooks: ReturnHook[] = [];
  const listeners = new Set<(state: BreakerState) => void>();
  const closing = new Set<Promise<void>>();
  let map: SlotMap | undefined;
  let overall: BreakerState = 'open';
  let outdated = 0;
  let turns = 0;

  const patrol = createPatrol({
    clock,
    everyMs: () => (overall === 'closed' ? settings.patrolEveryMs : settings.searchEveryMs),
    shortestMs: settings.searchEveryMs,
    walk,
  });

  async function walk(): Promise<void> {
    try {
      // A different one each time, so that none that is cut off from the others is believed for long.
      const seen = await topology.survey(inTurn().map(({ host, node }) => ({ host, ask: node.ask })));
      if (!patrol.isStopped()) consider(seen);
    } catch (error) {
      log.debug({ err: error, role }, 'no server of the cluster tells its slots');
    }
    // Whoever is frozen is found out before a caller has to wait for it.
    await Promise.all([...nodes.values()].map((node) => node.check()));
  }

  function consider(seen: SlotMap): void {
    outdated = map !== undefined && isOutdated(seen, map) ? outdated + 1 : 0;
    if (outdated > 0 && outdated < settings.outdatedAnswers) return;
    const changed = changedMasters(map, seen);
    if (changed.size === 0 && map?.masters.length === seen.masters.length) return;
    outdated = 0;
    use(seen, changed);
  }

  /** All in one turn: breakers first, then the map that leads to them. */
  function use(next: SlotMap, changed: ReadonlySet<string>): void {
    for (const name of changed) nodes.get(name)?.reopen('slots have moved');
    const names = new Set(next.masters.map(({ name }) => name));
    for (const [name, node] of nodes) if (!names.has(name)) dismiss(name, node);
    map = next;
    for (const master of next.masters) if (!nodes.has(master.name)) nodes.set(master.name, join(master));
    if (map.masters.length > 0) {
      metrics.redisSlotMaps.inc({ role });
      log.info({ role, masters: map.masters.map(({ host, port }) => `${host}:${port}`) }, 'redis slots');
    }
    tell();
  }

  function join(master: Master): Member {
    const node = createNode({
      url: topology.urlOf(master),
      role,
      clock,
      metrics,
      log,
      settings,
      tracing: needs.tracing,
      cluster: {
        // So that there is an identity when the hooks ask for it.
        beforeHooks: () => Promise.all([...nodes.values()].map(({ introduced }) => introduced)),
        onMoved: patrol.hurry,
      },
    });
    for (const hook of hooks) attach(hook, master.name, node);
    node.onChange((state) => {
      if (state === 'open') patrol.hurry();
      tell();
    });
    // MGET needs keys of one slot, and these are of one node.
    const read = mergeReads(async (keys) => {
      const replies = await node.batch(keys.map((key) => ['get', key]));
      return replies.map((reply) => {
        if (reply instanceof RedisUnavailable) throw reply;
        return typeof reply === 'string' ? reply : null;
      });
    });
    return { ...node, read };
  }

  function attach(hook: ReturnHook, name: string, node: RedisNode): void {
    const owns = (key: string) => map?.ownerOf(slotOf(key))?.name === name;
    node.beforeReturn({ run: () => hook.run(node.send, owns), done: () => hook.done(owns) });
  }

  function dismiss(name: string, node: RedisNode): void {
    nodes.delete(name);
    const closed = node.close().finally(() => closing.delete(closed));
    closing.add(closed);
  }

  function tell(): void {
    const all = [...nodes.values()].every((node) => node.state() === 'closed');
    const next = map?.complete === true && all ? 'closed' : 'open';
    if (next === overall) return;
    overall = next;
    for (const listener of listeners) listener(next);
  }

  /** The masters that can be asked, beginning with another one each time. */
  function inTurn(): readonly { readonly host: string; readonly node: RedisNode }[] {
    const up = (map?.masters ?? []).flatMap(({ name, host }) => {
      const node = nodes.get(name);
      return node?.state() === 'closed' ? [{ host, node }] : [];
    });
    const first = up.length === 0 ? 0 : turns++ % up.length;
    return [...up.slice(first), ...up.slice(0, first)];
  }

  const nameFor = (key: string) => map?.ownerOf(slotOf(key))?.name;
  const nodeFor = (key: string) => nodes.get(nameFor(key) ?? '');

  /** What is published to one channel goes one way and keeps its order, as long as that server is up. */
  function nodeForKeyless([command]: readonly RedisCommand[]): RedisNode | undefined {
    const usual = nodeFor(String(command?.[1] ?? ''));
    return usual?.state() === 'closed' ? usual : inTurn()[0]?.node;
  }

  function batch(commands: readonly RedisCommand[]): Promise<readonly RedisReply[]> {
    if (commands.length === 0) return Promise.resolve([]);
    const key = firstKey(commands);
    const node = key === undefined ? nodeForKeyless(commands) : nodeFor(key);
    return node === undefined ? Promise.reject(noSuchNode()) : node.batch(commands);
  }

  function mget(keys: readonly string[]): Promise<readonly (string | null)[]> {
    const [key] = keys;
    if (key === undefined) return Promise.resolve([]);
    return nodeFor(key)?.read(keys) ?? Promise.reject(noSuchNode());
  }

  function groupByNode(keys: readonly string[]): readonly (readonly number[])[] {
    const groups = new Map<string | undefined, number[]>();
    keys.forEach((key, index) => {
      const name = nameFor(key);
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [index]);
      else group.push(index);
    });
    return [...groups.values()];
  }

  function state(keys?: readonly string[]): BreakerState {
    if (keys === undefined) return overall;
    return keys.every((key) => nodeFor(key)?.state() === 'closed') ? 'closed' : 'open';
  }

  function onChange(listener: (state: BreakerState) => void) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return {
    batch,
    mget,
    groupByNode,
    state,
    onChange,
    distrust(reason, keys) {
      const concerned = keys === undefined ? nodes.values() : new Set(keys.map(nodeFor));
      for (const node of concerned) node?.distrust(reason);
    },
    identity: () => identityOf(map, (name) => nodes.get(name)?.runId()),
    async measure() {
      await Promise.all([...nodes.values()].map((node) => node.measure()));
    },
    beforeReturn(hook) {
      hooks.push(hook);
      for (const [name, node] of nodes) attach(hook, name, node);
    },
    untilUp: (ms) => untilClosed(clock, { state, onChange }, ms),
    urls: topology.urls,
    async close() {
      const stopped = patrol.stop();
      await topology.close();
      for (const [name, node] of nodes) dismiss(name, node);
      await Promise.all([stopped, ...closing]);
    },
  };
}

const noSuchNode = () => new RedisUnavailable('no server is known to hold the key');

/**
 * Of every master what it holds, who it is, by which claim and since which start. The claim tells of a failover there and
 * back between two looks. Undefined while any of it is not known.
 */
function identityOf(map: SlotMap | undefined, runIdOf: (name: string) => string | undefined) {
  if (map === undefined) return undefined;
  const parts: string[] = [];
  for (const { name, id, epoch, ranges } of map.masters) {
    const runId = runIdOf(name);
    if (runId === undefined) return undefined;
    parts.push(`${ranges} ${id} ${epoch} ${runId}`);
  }
  return createHash('sha1').update(parts.toSorted().join('\n')).digest('hex');
}
