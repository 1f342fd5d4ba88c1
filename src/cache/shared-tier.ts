import { isLsn, zeroLsn, type Lsn } from '../clock/lsn.ts';
import type { Batch, Redis } from '../redis/redis.ts';
import type { RedisCommand, RedisReply, Script } from '../redis/script.ts';
import type { RowVersion } from './entry.ts';
import { isTagKey } from './keyspace.ts';
import { scripts } from './scripts.ts';
import type { CacheSettings, Protections } from './settings.ts';
import { readStamp, type Stamp } from './stamps.ts';

/**
 * The entries in Redis, and the protocol over them. Nothing here rejects: where Redis failed, the answer for the keys
 * concerned says so. Each call is one round trip per node.
 */
export interface SharedTier {
  read(entryKeys: readonly string[]): Promise<readonly (string | null | Error)[]>;
  /** Leases and claims, and in the same round trip the stamps of tags; undefined for one that Redis did not tell. */
  lease(
    wanted: readonly LeaseRequest[],
    token: string,
    tagKeys?: readonly string[],
  ): Promise<{ readonly answers: readonly LeaseAnswer[]; readonly stamps: readonly (Stamp | undefined)[] }>;
  /** Stores values and gives leases back. */
  finish(outcomes: readonly Outcome[], token: string): Promise<readonly ('done' | 'refused' | 'failed')[]>;
  /** Fences the keys, gives those of tags another stamp, and tells `message` to the bus behind them. Rejects when Redis did not take all of it. */
  invalidate(order: InvalidateOrder, batch?: Batch): Promise<void>;
}

export interface LeaseRequest {
  readonly entryKey: string;
  /** Head of a value that was read and cannot be used, or ''. */
  readonly unusable: string;
  /** Nonce of a value that is to be claimed, not replaced by a lease, or ''. */
  readonly claimable: string;
}

export type LeaseAnswer =
  | { readonly kind: 'value'; readonly entry: string }
  | { readonly kind: 'busy'; readonly fence: Lsn }
  | { readonly kind: 'leased'; readonly fence: Lsn }
  /** The value cannot be claimed: the source failed for it moments ago. */
  | { readonly kind: 'failing'; readonly fence: Lsn }
  /** There is no value to be claimed any more. */
  | { readonly kind: 'gone'; readonly fence: Lsn }
  | { readonly kind: 'unavailable' };

export type Outcome =
  | {
      readonly kind: 'fill';
      readonly entryKey: string;
      readonly lsn: Lsn;
      readonly rowVersion: RowVersion;
      readonly ttlMs: number;
      readonly payload: string;
    }
  | {
      readonly kind: 'refresh';
      readonly entryKey: string;
      readonly lsn: Lsn;
      readonly rowVersion: RowVersion;
      readonly ttlMs: number;
      readonly payload: string;
      readonly nonce: string;
    }
  | { readonly kind: 'release'; readonly entryKey: string }
  /** `pauseMs` for which nobody need claim it again. */
  | { readonly kind: 'unclaim'; readonly entryKey: string; readonly pauseMs: number };

export interface InvalidateOrder {
  readonly entryKeys: readonly string[];
  readonly lsn: Lsn;
  readonly conditional: boolean;
  readonly channel: string;
  message(entryKeys: readonly string[]): string;
}

/** Keys of one pipeline of invalidations and of one message; some 2 ms of Redis's time, far within the deadline. */
const invalidateChunk = 200;

interface Needs {
  readonly redis: Redis;
  readonly settings: CacheSettings;
  readonly protections: Protections;
  readonly nextToken: () => string;
}

export function createSharedTier({ redis, settings, protections, nextToken }: Needs): SharedTier {
  /** The replies in the order of the items, whatever node answered; that of a node that failed is its error. */
  async function perNode<Item>(
    items: readonly Item[],
    keyOf: (item: Item) => string,
    send: (items: readonly Item[]) => Promise<readonly RedisReply[]>,
  ): Promise<readonly RedisReply[]> {
    const ask = (group: readonly Item[]) =>
      send(group).catch((error: unknown) => group.map(() => asError(error)));
    const groups = redis.groupByNode(items.map(keyOf));
    if (groups.length === 1) return ask(items);

    const replies = new Array<RedisReply>(items.length).fill(null);
    const askGroup = async (positions: readonly number[]) => {
      const group = positions.flatMap((position) => items.slice(position, position + 1));
      const answers = await ask(group);
      positions.forEach((position, index) => (replies[position] = answers[index] ?? null));
    };
    await Promise.all(groups.map(askGroup));
    return replies;
  }

  async function read(entryKeys: readonly string[]) {
    const replies = await perNode(
      entryKeys,
      (entryKey) => entryKey,
      (group) => redis.mget(group),
    );
    return replies.map((reply) => (typeof reply === 'string' || reply instanceof Error ? reply : null));
  }

  async function lease(wanted: readonly LeaseRequest[], token: string, tagKeys: readonly string[] = []) {
    const asked = protections.lease ? wanted : [];
    const commands = [
      ...asked.map((one) => leaseCommand(one, token)),
      ...tagKeys.map((tagKey): KeyedCommand => [scripts.stamp, tagKey, token, settings.tagForMs]),
    ];
    const replies = await perNode(commands, ([, key]) => key, redis.batch);
    const free: LeaseAnswer = { kind: 'leased', fence: zeroLsn };
    const answers = protections.lease
      ? asked.map((_, index) => readLease(replies[index]))
      : wanted.map(() => free);
    return { answers, stamps: replies.slice(asked.length).map(readStamp) };
  }

  function leaseCommand({ entryKey, unusable, claimable }: LeaseRequest, token: string): KeyedCommand {
    if (claimable !== '') return [scripts.claim, entryKey, claimable, token, settings.claimMs];
    return [scripts.lease, entryKey, token, settings.leaseMs, unusable];
  }

  async function finish(outcomes: readonly Outcome[], token: string) {
    const replies = await perNode(
      outcomes,
      (outcome) => outcome.entryKey,
      (group) => redis.batch(group.map((outcome) => finishCommand(outcome, token))),
    );
    return replies.map((reply) => (reply instanceof Error ? 'failed' : reply === 0 ? 'refused' : 'done'));
  }

  function finishCommand(outcome: Outcome, token: string): RedisCommand {
    const { kind, entryKey } = outcome;
    if (kind === 'release') return [scripts.release, entryKey, token];
    if (kind === 'unclaim') return [scripts.unclaim, entryKey, token, outcome.pauseMs];
    const { lsn, rowVersion, ttlMs, payload } = outcome;
    if (!protections.lease) return ['set', entryKey, `V${lsn}${rowVersion}${token}${payload}`, 'px', ttlMs];
    if (kind === 'refresh')
      return [scripts.refresh, entryKey, token, lsn, rowVersion, outcome.nonce, ttlMs, payload];
    return [scripts.fill, entryKey, token, lsn, rowVersion, ttlMs, payload];
  }

  async function invalidate(order: InvalidateOrder, batch: Batch = redis.batch): Promise<void> {
    const conditional = order.conditional ? '1' : '0';
    const fence = (key: string): RedisCommand => {
      if (!protections.fence) return ['del', key];
      if (isTagKey(key)) return [scripts.touch, key, order.lsn, nextToken(), settings.fenceMs, conditional];
      return [scripts.invalidate, key, order.lsn, settings.fenceMs, conditional];
    };
    for (const group of redis.groupByNode(order.entryKeys)) {
      const entryKeys = group.flatMap((position) => order.entryKeys.slice(position, position + 1));
      for (let start = 0; start < entryKeys.length; start += invalidateChunk) {
        const chunk = entryKeys.slice(start, start + invalidateChunk);
        // Behind the fences in the same pipeline: who hears of the change cannot read the old entry any more.
        const replies = await batch([...chunk.map(fence), ['publish', order.channel, order.message(chunk)]]);
        const refusal = replies.find((reply) => reply instanceof Error);
        if (refusal !== undefined) throw refusal;
      }
    }
  }

  return { read, lease, finish, invalidate };
}

type KeyedCommand = readonly [name: string | Script, key: string, ...args: readonly (string | number)[]];

const leaseKinds = { L: 'leased', B: 'busy', E: 'failing', T: 'gone' } as const;

function readLease(reply: RedisReply | undefined): LeaseAnswer {
  if (!Array.isArray(reply)) return { kind: 'unavailable' };
  const [kind, text] = reply as readonly RedisReply[];
  if (typeof text !== 'string') return { kind: 'unavailable' };
  if (kind === 'V') return { kind: 'value', entry: text };
  if (!isLsn(text)) return { kind: 'unavailable' };
  return { kind: leaseKinds[kind as keyof typeof leaseKinds], fence: text };
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));
