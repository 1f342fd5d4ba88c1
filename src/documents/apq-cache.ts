import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock/clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Redis } from '../redis/redis.ts';
import { hashIn, hashOf } from './hash.ts';

/**
 * Texts by their hashes, registered by clients (automatic persisted queries): Apollo's `KeyValueCache`. Never rejects: without
 * Redis a hash is unknown, and the client sends the text.
 */
export interface ApqCache {
  /** The text of the key's hash. Costs no round trip where this process has it, else one. */
  get(key: string): Promise<string | undefined>;
  set(key: string, text: string): Promise<void>;
  /** Of this process's copies; what a hash means never changes, so that nothing has to be removed elsewhere. */
  delete(key: string): Promise<void>;
}

export interface ApqSettings {
  /** In Redis, from the last time that it was sent. */
  readonly lifeMs: number;
  /** A text that is sent again within it is not written again. */
  readonly keptForMs: number;
  readonly maxCharacters: number;
  /** Of this process's copies. */
  readonly maxBytes: number;
  /** What one gateway writes in a minute, so that nobody can fill Redis with inventions: some five hundred texts. */
  readonly maxWrittenPerMinute: number;
}

export const defaultApqSettings: ApqSettings = {
  lifeMs: 86_400_000,
  keptForMs: 600_000,
  maxCharacters: 100_000,
  maxBytes: 16 * 1_048_576,
  maxWrittenPerMinute: 1_048_576,
};

interface Needs {
  /** The cache role: what is evicted is sent again. */
  readonly redis: Pick<Redis, 'mget' | 'batch'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** First part of every key. */
  readonly app: string;
  readonly settings?: Partial<ApqSettings> | undefined;
}

/** A text of JavaScript takes two bytes for a character at worst; the rest is the entry. */
const bytesOf = (text: string) => 300 + 2 * text.length;
const minuteMs = 60_000;

export function createApqCache({ redis, clock, metrics, app, ...needs }: Needs): ApqCache {
  const settings = { ...defaultApqSettings, ...needs.settings };
  const { lifeMs, keptForMs, maxCharacters, maxBytes, maxWrittenPerMinute } = settings;
  const texts = new LRUCache<string, string>({ maxSize: maxBytes, sizeCalculation: bytesOf });
  const written = new LRUCache<string, number>({ max: 10_000 });
  let minute = { since: clock.monotonic(), bytes: 0 };

  const count = (outcome: string) => metrics.apq.inc({ outcome });
  const redisKey = (hash: string) => `${app}:apq:${hash}`;

  /** Whether this minute still has room for the text. */
  function claim(text: string): boolean {
    const now = clock.monotonic();
    if (now - minute.since >= minuteMs) minute = { since: now, bytes: 0 };
    const bytes = minute.bytes + Buffer.byteLength(text);
    if (bytes > maxWrittenPerMinute) return false;
    minute.bytes = bytes;
    return true;
  }

  function wasWritten(hash: string): boolean {
    const at = written.get(hash);
    return at !== undefined && clock.monotonic() - at < keptForMs;
  }

  return {
    async get(key) {
      const hash = hashIn(key);
      const own = texts.get(hash);
      if (own !== undefined) {
        count('process');
        return own;
      }
      try {
        const [text = null] = await redis.mget([redisKey(hash)]);
        // Checked, so that whoever can write to Redis cannot make a hash mean something else.
        if (text === null || hashOf(text) !== hash) {
          count('unknown');
          return undefined;
        }
        count('redis');
        texts.set(hash, text);
        return text;
      } catch {
        count('unavailable');
        return undefined;
      }
    },
    async set(key, text) {
      const hash = hashIn(key);
      if (text.length > maxCharacters) return;
      texts.set(hash, text);
      if (wasWritten(hash)) return;
      if (!claim(text)) {
        count('unwritten');
        return;
      }
      try {
        const [reply] = await redis.batch([['set', redisKey(hash), text, 'px', lifeMs]]);
        if (reply instanceof Error) throw reply;
        written.set(hash, clock.monotonic());
        count('registered');
      } catch {
        count('unwritten');
      }
    },
    delete: (key) => Promise.resolve(void texts.delete(hashIn(key))),
  };
}
