import type { CacheKey, CacheTag, ChangedKey } from '../cache/policy.ts';
import type { Lsn } from '../clock/lsn.ts';
import type { LogEvent } from '../database/log-stream.ts';
import type { FollowedRow, TableChanges } from '../store/table-changes.ts';
import { cachePrefix, decodeLogMessage } from '../store/log-message.ts';
import { heartbeatPrefix } from './heartbeat.ts';
import { followedPart, nameOf, type Registry } from './registry.ts';

/** What one committed transaction means for the cache. */
export interface Transaction {
  readonly xid: number;
  /** Where its commit record ends. */
  readonly end: Lsn;
  /** Keys that its writer named, with what else the writer said. */
  readonly named: readonly NamedKeys[];
  /** Keys by the rows that it changed and that its writer did not name. */
  readonly changed: readonly CacheKey[];
  /** Tags likewise. */
  readonly tags: readonly CacheTag[];
  readonly lookUps: ReadonlyMap<TableChanges, readonly FollowedRow[]>;
  /** Why single keys would not do, where they would not. */
  readonly everything: string | undefined;
  /** Names of heartbeats in it. */
  readonly heartbeats: readonly string[];
}

export interface NamedKeys {
  readonly keys: readonly ChangedKey[];
  readonly tags: readonly CacheTag[];
  /** Token of the writer's claims. */
  readonly mark: string | undefined;
}

interface Needs {
  readonly registry: Registry;
  /** Something in the log that cannot be understood is passed over: a restart would only meet it again. */
  readonly onUnreadable: (what: string) => void;
  /** A transaction that touches more keys counts as touching all. */
  readonly maxKeys: number;
}

type RowEvent = Extract<LogEvent, { readonly kind: 'row' }>;

/** Gathers the events of one transaction after the other; answers the last event of each with the whole. */
export function createCollector({ registry, onUnreadable, maxKeys }: Needs) {
  let open = begin(0);

  function addRow({ table, change, before, after }: RowEvent): void {
    for (const changes of registry.changesOf(table)) {
      const rows = [before, after].filter((row) => row !== undefined);
      const parts = rows.map((row) => followedPart(changes, row)).filter((part) => part !== undefined);
      if (parts.length < rows.length) onUnreadable(`a row of ${table} without a column that is followed`);
      for (const key of parts.flatMap((part) => changes.keys?.(part) ?? []))
        open.changed.set(nameOf(key), key);
      if (change !== 'update' || isChanged(parts)) {
        for (const tag of parts.flatMap((part) => changes.tags?.(part) ?? [])) open.tags.add(tag);
      }
      // An update that brings no old values has changed none of the columns that are copied elsewhere.
      if (changes.lookUp !== undefined && before !== undefined) addLookUp(changes, parts);
    }
    const size = [...open.lookUps.values()].reduce((sum, list) => sum + list.length, open.changed.size);
    if (size > maxKeys) giveUpOnKeys(`a transaction changed more than ${maxKeys} keys`);
  }

  function addLookUp(changes: TableChanges, rows: readonly FollowedRow[]): void {
    const list = open.lookUps.get(changes) ?? [];
    list.push(...rows);
    open.lookUps.set(changes, list);
  }

  function giveUpOnKeys(reason: string): void {
    open.everything = reason;
    open.changed.clear();
    open.tags.clear();
    open.lookUps.clear();
  }

  function addMessage(prefix: string, content: string): void {
    if (prefix === heartbeatPrefix) open.heartbeats.push(content);
    if (prefix !== cachePrefix) return;
    const message = decodeLogMessage(content);
    if (message === undefined) {
      onUnreadable('a message of a writer');
      return;
    }
    const keys = message.keys.map(registry.toKey).filter((key) => key !== undefined);
    if (keys.length < message.keys.length) onUnreadable('a policy that is not followed, in a message');
    open.named.push({ keys, tags: (message.tags ?? []).map((tag) => ({ tag })), mark: message.mark });
  }

  function complete(end: Lsn): Transaction {
    for (const { keys, tags } of open.named) {
      for (const key of keys) open.changed.delete(nameOf(key));
      for (const { tag } of tags) open.tags.delete(tag);
    }
    return {
      ...open,
      end,
      changed: [...open.changed.values()],
      tags: [...open.tags].map((tag) => ({ tag })),
    };
  }

  return {
    add(event: LogEvent): Transaction | undefined {
      switch (event.kind) {
        case 'begin':
          open = begin(event.xid);
          return undefined;
        case 'row':
          if (open.everything === undefined) addRow(event);
          return undefined;
        case 'truncate':
          giveUpOnKeys(`TRUNCATE of ${event.tables.join(', ')}`);
          return undefined;
        case 'message':
          addMessage(event.prefix, event.content);
          return undefined;
        case 'commit':
          return complete(event.end);
      }
    },
  };
}

function begin(xid: number) {
  return {
    xid,
    named: [] as NamedKeys[],
    changed: new Map<string, CacheKey>(),
    tags: new Set<string>(),
    lookUps: new Map<TableChanges, FollowedRow[]>(),
    everything: undefined as string | undefined,
    heartbeats: [] as string[],
  };
}

/** An update that brings no old values has changed none of the columns that are followed. */
function isChanged([before, after]: readonly FollowedRow[]): boolean {
  if (before === undefined || after === undefined) return false;
  return Object.keys(after).some((column) => after[column] !== before[column]);
}
