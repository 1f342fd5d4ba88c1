import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../config/project-root.ts';
import type { Redis } from '../redis/redis.ts';
import { defineScript, type RedisCommand, type RedisReply } from '../redis/script.ts';
import { RedisUnavailable } from '../redis/unavailable.ts';
import type { Entry } from './noted.ts';

/** What all gateways gather in Redis under one name. Every call rejects with RedisUnavailable where Redis did not do it. */
export interface Buffer {
  /** After a failure the same chunk may be sent again under its number, and counts once. */
  gather(chunk: Chunk): Promise<Gathered>;
  /** The same batch until it is forgotten; undefined where nothing was gathered. */
  seal(): Promise<Batch | undefined>;
  forget(id: string): Promise<void>;
}

export interface Chunk {
  /** The process that sends it. */
  readonly from: string;
  /** Counts up from 1. */
  readonly number: number;
  readonly entries: readonly Entry[];
  /** The id of the batch, where one begins with this chunk. */
  readonly newId: string;
  /** Epoch ms. */
  readonly now: number;
}

export interface Gathered {
  /** `full`: nothing was added; send it again when a batch was sealed. */
  readonly outcome: 'added' | 'repeated' | 'full';
  readonly fields: number;
  /** Epoch ms of the oldest that gathers; 0 for none. */
  readonly since: number;
}

export interface Batch {
  readonly id: string;
  /** Epoch ms of its first chunk. */
  readonly since: number;
  readonly sums: ReadonlyMap<string, number>;
  readonly latest: ReadonlyMap<string, number>;
}

interface Needs {
  readonly redis: Redis;
  readonly app: string;
  readonly name: string;
  readonly maxEntries: number;
}

const folder = join(projectRoot(import.meta.url), 'src/write-behind/scripts');
const script = (name: string, keys: number) =>
  defineScript({ name, keys, lua: readFileSync(join(folder, `${name}-1.lua`), 'utf8') });
const scripts = { gather: script('gather', 2), seal: script('seal', 2), forget: script('forget', 1) };

/** A process that has not reached Redis for so long may have a chunk counted twice. */
const chunkLifeMs = 24 * 3_600_000;

/**
 * A batch has its id from its first chunk on, not from its sealing: a failover may bring back a batch as it was before it
 * was sealed, and under a new id it would be applied a second time.
 */
export function createBuffer({ redis, app, name, maxEntries }: Needs): Buffer {
  // The name in braces: all keys of a buffer live in one slot of a cluster.
  const prefix = `${app}:wb:{${name}}`;
  const [gathering, sealed] = [`${prefix}:gathering`, `${prefix}:sealed`];

  async function run(command: RedisCommand): Promise<RedisReply> {
    const [reply] = await redis.batch([command]);
    if (reply === undefined || reply instanceof Error)
      throw new RedisUnavailable('refused', { cause: reply });
    return reply;
  }

  return {
    async gather({ from, number, entries, newId, now }) {
      const values = entries.flatMap(({ kind, field, value }) => [kind, field, value]);
      const keys = [gathering, `${prefix}:from:${from}`];
      const reply = await run([
        scripts.gather,
        ...keys,
        number,
        chunkLifeMs,
        maxEntries,
        newId,
        now,
        ...values,
      ]);
      const [outcome, fields, since] = Array.isArray(reply) ? (reply as readonly RedisReply[]) : [];
      return { outcome: outcome as Gathered['outcome'], fields: Number(fields), since: Number(since) };
    },
    async seal() {
      const reply = await run([scripts.seal, gathering, sealed]);
      return Array.isArray(reply) ? parseBatch(reply) : undefined;
    },
    async forget(id) {
      await run([scripts.forget, sealed, id]);
    },
  };
}

/** Fields and values in turn. What is no integer is passed over. */
function parseBatch(reply: readonly RedisReply[]): Batch | undefined {
  if (reply.length === 0) return undefined;
  const heads = new Map<string, string>();
  const values = { '+': new Map<string, number>(), '>': new Map<string, number>() };
  for (let at = 0; at + 1 < reply.length; at += 2) {
    const [key, value] = [String(reply[at]), String(reply[at + 1])];
    const [kind, field] = [key.slice(0, 1), key.slice(1)];
    if (kind === '#') heads.set(field, value);
    else if ((kind === '+' || kind === '>') && Number.isSafeInteger(Number(value)))
      values[kind].set(field, Number(value));
  }
  const id = heads.get('id');
  if (id === undefined) throw new Error('a sealed batch without an id');
  return { id, since: Number(heads.get('since')), sums: values['+'], latest: values['>'] };
}
