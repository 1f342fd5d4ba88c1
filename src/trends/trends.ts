import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock/clock.ts';
import { projectRoot } from '../config/project-root.ts';
import { inBackground, type Log } from '../log/log.ts';
import type { Redis } from '../redis/redis.ts';
import { defineScript, type RedisCommand, type RedisReply } from '../redis/script.ts';
import { RedisUnavailable } from '../redis/unavailable.ts';

/**
 * How often terms are asked for of late, over all gateways; an asking is worth half as much after a half-life. For what
 * makes something faster, never for what makes it right: whatever Redis does not take or say is left out.
 */
export interface Trends {
  /** Counts an asking. Costs the caller nothing, and reaches Redis within `noteEveryMs`. */
  readonly note: (term: string) => void;
  /** In one round trip. Of what is not known, or cannot be looked up, 0. Never rejects. */
  readonly lookUp: (terms: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** The terms that are asked for most, the first of them first; none where Redis cannot be asked. Never rejects. */
  readonly top: (count: number) => Promise<readonly string[]>;
  /** Brings to Redis what was noted. Never rejects. */
  readonly flush: () => Promise<void>;
  /** Flushes for the last time. */
  readonly close: () => Promise<void>;
}

interface Needs {
  /** The state role. */
  readonly redis: Pick<Redis, 'batch'>;
  readonly clock: Clock;
  readonly log: Log;
  /** First part of every key. */
  readonly app: string;
  /** What is asked for; part of the key. */
  readonly name: string;
  readonly settings?: Partial<TrendsSettings>;
}

export interface TrendsSettings {
  readonly halfLifeMs: number;
  readonly noteEveryMs: number;
  /** Terms in Redis, and terms in this process that wait for it. */
  readonly maxTerms: number;
}

const defaultSettings: TrendsSettings = { halfLifeMs: 24 * 3_600_000, noteEveryMs: 1_000, maxTerms: 10_000 };

const folder = join(projectRoot(import.meta.url), 'src/trends/scripts');
const noteScript = defineScript({
  name: 'note',
  keys: 1,
  lua: readFileSync(join(folder, 'note-1.lua'), 'utf8'),
});
/** Longer commands would keep Redis from its other clients. */
const maxChunk = 500;
/** After so many half-lives a million askings are worth less than one. */
const keptHalfLives = 20;

export function createTrends({ redis, clock, log, app, name, ...needs }: Needs): Trends {
  const { halfLifeMs, noteEveryMs, maxTerms } = { ...defaultSettings, ...needs.settings };
  const key = `${app}:trends:${name}`;
  const noted = new Map<string, number>();
  const moment = () => clock.now() / halfLifeMs;

  function note(term: string, times = 1): void {
    const known = noted.get(term);
    if (known !== undefined || noted.size < maxTerms) noted.set(term, (known ?? 0) + times);
  }

  async function ask(commands: readonly RedisCommand[]): Promise<readonly RedisReply[] | undefined> {
    try {
      const replies = await redis.batch(commands);
      return replies.some((reply) => reply instanceof Error) ? undefined : replies;
    } catch (error) {
      if (error instanceof RedisUnavailable) return undefined;
      throw error;
    }
  }

  async function flush(): Promise<void> {
    const waiting = [...noted];
    noted.clear();
    for (let start = 0; start < waiting.length; start += maxChunk) {
      const pairs = waiting.slice(start, start + maxChunk).flatMap(([term, times]) => [times, term]);
      const life = Math.round(keptHalfLives * halfLifeMs);
      const replies = await ask([[noteScript, key, moment(), maxTerms, life, ...pairs]]);
      if (replies !== undefined) continue;
      // It may have arrived, and counts twice then: that is a trend, and no account.
      for (const [term, times] of waiting.slice(start)) note(term, times);
      return;
    }
  }

  const stop = clock.every(noteEveryMs, () => inBackground(log, `noting ${name}`, flush()));

  return {
    note: (term) => note(term),
    async lookUp(terms) {
      const scores = (await ask(terms.map((term) => ['zscore', key, term]))) ?? [];
      const now = moment();
      return new Map(
        terms.map((term, index) => {
          const score = scores[index] ?? null;
          return [term, score === null ? 0 : 2 ** (Number(score) - now)];
        }),
      );
    },
    async top(count) {
      const [terms] = (await ask([['zrevrange', key, 0, count - 1]])) ?? [];
      return Array.isArray(terms) ? terms.map(String) : [];
    },
    flush,
    async close() {
      stop();
      await flush();
    },
  };
}
