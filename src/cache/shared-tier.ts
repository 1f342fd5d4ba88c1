import { isLsn, zeroLsn, type Lsn } from '../clock/lsn.ts';
import { perNode, pick } from '../redis/per-node.ts';
import type { Batch, Redis } from '../redis/redis.ts';
import type { RedisCommand, RedisReply, Script } from '../redis/script.ts';
import { isRowVersion, noRowVersion, type Encoded, type RowVersion } from './entry.ts';
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
  /** Prolongs the leases that are still held under the token. */
  renew(entryKeys: readonly string[], token: string): Promise<void>;
  /** Stores values and gives leases back. */
  finish(outcomes: readonly Outcome[], token: string): Promise<readonly ('done' | 'refused' | 'failed')[]>;
  /**
   * Fences the keys, or stores what was written, gives those of tags another stamp, and tells `message` to the bus behind
   * them. Resolves to the keys of which Redis did not take all.
   */
  invalidate(order: InvalidateOrder, batch?: Batch): Promise<readonly string[]>;
  /** Claims the keys for a writer before its commit. Resolves to those that could not be claimed. */
  mark(entryKeys: readonly string[], token: string): Promise<readonly string[]>;
  /** Takes the claims back after a rollback. */
  unmark(entryKeys: readonly string[], token: string): Promise<void>;
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
  /** Some writer may be about to commit, or died in doing so. */
  | { readonly kind: 'dirty'; readonly fence: Lsn }
  | { readonly kind: 'busy' | 'leased'; readonly fence: Lsn; readonly row: RowVersion }
  /** The value cannot be claimed: the source failed for it moments ago. */
  | { readonly kind: 'failing'; readonly fence: Lsn }
  /** There is no value to be claimed any more. */
  | { readonly kind: 'gone'; readonly fence: Lsn }
  | { readonly kind: 'unavailable' };

export type Outcome =
  | ({
      readonly kind: 'fill';
      readonly entryKey: string;
      readonly lsn: Lsn;
    } & Encoded)
  | ({
      readonly kind: 'refresh';
      readonly entryKey: string;
      readonly lsn: Lsn;
      readonly nonce: string;
    } & Encoded)
  | { readonly kind: 'release'; readonly entryKey: string }
  /** `pauseMs` for which nobody need claim it again. */
  | { readonly kind: 'unclaim'; readonly entryKey: string; readonly pauseMs: number };

export interface InvalidateOrder {
  readonly changes: readonly EntryChange[];
  readonly lsn: Lsn;
  readonly conditional: boolean;
  /** Of the writer's claim on strict entries, or ''. */
  readonly token: string;
  readonly channel: string;
  message(entryKeys: readonly string[]): string;
}

export interface EntryChange {
  readonly entryKey: string;
  /** After the write, where it is known. */
  readonly rowVersion?: RowVersion | undefined;
  /** What to store in place of a fence, over an older state of the row. */
  readonly written?: Written | undefined;
}

export interface Written extends Encoded {
  readonly nonce: string;
  /** Sampled before the commit, while the row was locked. */
  readonly before: Lsn;
}

/** Keys of one pipeline of a writer's and of one message; some 2 ms of Redis's time, far within the deadline. */
const writeChunk = 200;

interface Needs {
  readonly redis: Redis;
  readonly settings: CacheSettings;
  readonly protections: Protections;
  readonly nextToken: () => string;
}

export function createSharedTier({ redis, settings, protections, nextToken }: Needs): SharedTier {
  async function lease(wanted: readonly LeaseRequest[], token: string, tagKeys: readonly string[] = []) {
    const asked = protections.lease ? wanted : [];
    const commands = [
      ...asked.map((one) => leaseCommand(one, token)),
      ...tagKeys.map((tagKey): KeyedCommand => [scripts.stamp, tagKey, token, settings.tagForMs]),
    ];
    const replies = await perNode(redis, commands, ([, key]) => key, redis.batch);
    const free: LeaseAnswer = { kind: 'leased', fence: zeroLsn, row: noRowVersion };
    const answers = protections.lease
      ? asked.map((_, index) => readLease(replies[index]))
      : wanted.map(() => free);
    return { answers, stamps: replies.slice(asked.length).map(readStamp) };
  }

  function leaseCommand({ entryKey, unusable, claimable }: LeaseRequest, token: string): KeyedCommand {
    if (claimable !== '') return [scripts.claim, entryKey, claimable, token, settings.claimMs];
    return [scripts.lease, entryKey, token, settings.leaseMs, unusable];
  }

  async function renew(entryKeys: readonly string[], token: string): Promise<void> {
    if (!protections.lease) return;
    await onEach(entryKeys, (entryKey) => [scripts.renew, entryKey, token, settings.leaseMs]);
  }

  async function finish(outcomes: readonly Outcome[], token: string) {
    const replies = await perNode(
      redis,
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

  function changeCommand(
    { entryKey, rowVersion, written }: EntryChange,
    order: InvalidateOrder,
  ): RedisCommand {
    const { lsn, token } = order;
    const conditional = order.conditional ? '1' : '0';
    if (!protections.fence) return ['del', entryKey];
    if (isTagKey(entryKey)) return [scripts.touch, entryKey, lsn, nextToken(), settings.fenceMs, conditional];
    if (written === undefined) {
      const row = rowVersion ?? noRowVersion;
      return [scripts.invalidate, entryKey, lsn, settings.fenceMs, conditional, token, row];
    }
    const { before, ttlMs, nonce, payload } = written;
    return [scripts.put, entryKey, lsn, before, written.rowVersion, ttlMs, settings.fenceMs, nonce, payload];
  }

  async function invalidate(order: InvalidateOrder, batch: Batch = redis.batch): Promise<readonly string[]> {
    const groups = redis.groupByNode(order.changes.map(({ entryKey }) => entryKey));
    const failed = await Promise.all(
      groups.map((group) => invalidateOnNode(pick(order.changes, group), order, batch)),
    );
    return failed.flat();
  }

  async function invalidateOnNode(
    changes: readonly EntryChange[],
    order: InvalidateOrder,
    batch: Batch,
  ): Promise<readonly string[]> {
    const failed: string[] = [];
    for (let start = 0; start < changes.length; start += writeChunk) {
      const chunk = changes.slice(start, start + writeChunk);
      const entryKeys = chunk.map(({ entryKey }) => entryKey);
      // Behind the fences in the same pipeline: who hears of the change cannot read the old entry any more.
      const replies = await batch([
        ...chunk.map((change) => changeCommand(change, order)),
        ['publish', order.channel, order.message(entryKeys)],
      ]).catch(() => undefined);
      // What one deadline was lost on is not tried again for the rest.
      if (replies === undefined) return [...failed, ...changes.slice(start).map(({ entryKey }) => entryKey)];
      const untold = replies.at(-1) instanceof Error;
      failed.push(...entryKeys.filter((_, index) => untold || replies[index] instanceof Error));
    }
    return failed;
  }

  async function mark(entryKeys: readonly string[], token: string): Promise<readonly string[]> {
    const unmarked: string[] = [];
    for (const chunk of chunksOf(entryKeys, writeChunk)) {
      const replies = await onEach(chunk, (entryKey) => [
        scripts.dirty,
        entryKey,
        token,
        settings.markMs,
        settings.fenceMs,
      ]);
      unmarked.push(...chunk.filter((_, index) => replies[index] !== 1));
    }
    return unmarked;
  }

  async function unmark(entryKeys: readonly string[], token: string): Promise<void> {
    await onEach(entryKeys, (entryKey) => [scripts.clean, entryKey, token]);
  }

  const onEach = (entryKeys: readonly string[], command: (entryKey: string) => RedisCommand) =>
    perNode(redis, entryKeys, itself, (group) => redis.batch(group.map(command)));

  const read = (entryKeys: readonly string[]) => perNode(redis, entryKeys, itself, redis.mget);

  return { read, lease, renew, finish, invalidate, mark, unmark };
}

type KeyedCommand = readonly [name: string | Script, key: string, ...args: readonly (string | number)[]];

function readLease(reply: RedisReply | undefined): LeaseAnswer {
  if (!Array.isArray(reply)) return { kind: 'unavailable' };
  const [kind, text, row] = reply as readonly RedisReply[];
  if (typeof text !== 'string') return { kind: 'unavailable' };
  if (kind === 'V') return { kind: 'value', entry: text };
  if (!isLsn(text)) return { kind: 'unavailable' };
  if (kind === 'D') return { kind: 'dirty', fence: text };
  if (kind === 'E') return { kind: 'failing', fence: text };
  if (kind === 'T') return { kind: 'gone', fence: text };
  const least = row === undefined ? noRowVersion : row;
  if (typeof least !== 'string' || !isRowVersion(least)) return { kind: 'unavailable' };
  return { kind: kind === 'L' ? 'leased' : 'busy', fence: text, row: least };
}

function* chunksOf<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

const itself = (entryKey: string) => entryKey;
