import DataLoader from 'dataloader';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock/clock.ts';
import { isLsn } from '../clock/lsn.ts';
import { projectRoot } from '../config/project-root.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { perNode } from '../redis/per-node.ts';
import type { Redis } from '../redis/redis.ts';
import { defineScript } from '../redis/script.ts';
import type { Seen, Written } from '../store/store.ts';
import { readToken, writeToken } from './consistency-token.ts';

/**
 * Reading one's own writes in later requests, through any gateway. What a request wrote travels as a token in a header,
 * and for the signed-in as a mark in Redis as well. Without that Redis only clients that send the header are sure to find
 * their writes in lists; single rows are fenced in the cache and need neither.
 */
export interface Consistency {
  /** Of a request's header. Undefined where there is nothing to obey; throws `BAD_REQUEST` for a malformed one. */
  fromHeader(text: string | undefined): Seen | undefined;
  /**
   * Of an earlier request of the session. Undefined also without Redis; never rejects. Where the state is in the same Redis
   * as the cache, it is one round trip with what loaders ask for in the same turn.
   */
  ofSession(sessionId: string): Promise<Seen | undefined>;
  /** The token of what was written, once the session's mark is kept or cannot be. Never rejects. */
  handOut(written: Written, sessionId: string | undefined): Promise<string>;
}

interface Needs {
  /** The state role: an evicted mark would be a lost write. */
  readonly redis: Redis;
  /** First part of every key. */
  readonly app: string;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  /** A replica further behind is not read anyway. */
  readonly maxLagMs: number;
  /** Without a message for so long, a gateway gives up its in-process copies. */
  readonly busTimeoutMs: number;
}

/** The clocks of two gateways may differ by so much. */
const clockSkewMs = 1_000;
/** Between the position that the router compares a replica with and the moment in which it is read. */
const allowanceMs = 3_000;
/** A time further ahead is no clock's error. */
const maxAheadMs = 60_000;

const raise = defineScript({
  name: 'raise',
  keys: 1,
  lua: readFileSync(join(projectRoot(import.meta.url), 'src/context/scripts/raise-1.lua'), 'utf8'),
});

export function createConsistency({
  redis,
  app,
  clock,
  metrics,
  log,
  maxLagMs,
  busTimeoutMs,
}: Needs): Consistency {
  const lifeMs = maxLagMs + clockSkewMs + allowanceMs;
  const keyOf = (sessionId: string) => `${app}:wrote:${sessionId}`;

  /** After its life every replica that is read has replayed the write, and no copy from before it is left. */
  function obey(written: Written | undefined): Seen | undefined {
    if (written === undefined) return undefined;
    const now = clock.now();
    if (written.at > now + maxAheadMs || written.at < now - lifeMs) return undefined;
    const skipCopiesUntil = Math.min(written.at, now) + busTimeoutMs + clockSkewMs;
    return { lsn: written.lsn, skipCopiesUntil };
  }

  function noteLost(action: 'keep' | 'find', error: unknown): void {
    metrics.sessionMarksLost.inc({ action });
    // The breaker says aloud that Redis is away; here it would be said with every request.
    log.debug({ err: error, action }, 'the mark of a session’s writes');
  }

  async function keep(written: Written, sessionId: string): Promise<void> {
    try {
      const [reply] = await redis.batch([[raise, keyOf(sessionId), written.lsn, written.at, lifeMs]]);
      if (reply instanceof Error) throw reply;
    } catch (error) {
      noteLost('keep', error);
    }
  }

  // It remembers nothing: it waits for the turn in which the loader of sessions asks.
  const marks = new DataLoader<string, string | null>(
    (keys) => perNode(redis, keys, (key) => key, redis.mget),
    { cache: false },
  );

  async function find(sessionId: string): Promise<Seen | undefined> {
    try {
      return obey(parseMark(await marks.load(keyOf(sessionId))));
    } catch (error) {
      noteLost('find', error);
      return undefined;
    }
  }

  return {
    fromHeader: (text) => (text === undefined || text === '' ? undefined : obey(readToken(text))),
    ofSession: find,
    async handOut(written, sessionId) {
      if (sessionId !== undefined) await keep(written, sessionId);
      return writeToken(written);
    },
  };
}

function parseMark(mark: unknown): Written | undefined {
  if (typeof mark !== 'string') return undefined;
  const lsn = mark.slice(0, 16);
  const at = Number(mark.slice(16));
  return isLsn(lsn) && Number.isSafeInteger(at) ? { lsn, at } : undefined;
}
