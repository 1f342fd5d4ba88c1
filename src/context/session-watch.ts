import DataLoader from 'dataloader';
import type { Session } from '../../datasources/users/sessions.ts';
import type { Claims, Tokens } from '../auth/tokens.ts';
import type { Cancel, Clock } from '../clock/clock.ts';
import { DomainError } from '../errors/domain-error.ts';
import { inBackground, type Log } from '../log/log.ts';
import { readBearer } from './bearer.ts';
import type { FindSession } from './create-context.ts';

/** Sessions that are in use without a request: of sockets and event streams. */
export interface SessionWatch {
  /** What many look for in one tick is one look at the cache. */
  readonly find: FindSession;
  /**
   * Resolves once the caller's session is known to live; without a token at once. `onEnd` is called when the token
   * expires, or the session is found to have ended, at most `checkEveryMs` after it did. Throws `UNAUTHENTICATED` where it
   * has ended already.
   */
  attend(authorization: string | undefined, onEnd: () => void): Promise<Cancel>;
  close(): void;
}

interface Needs {
  readonly tokens: Tokens;
  /** In one batch; a place for each of the claims. */
  readonly findSessions: (claims: readonly Claims[]) => Promise<readonly (Session | Error | undefined)[]>;
  readonly clock: Clock;
  readonly log: Log;
  /** 500 ms when not given: a stream must end within a second of its session. */
  readonly checkEveryMs?: number | undefined;
}

interface Attended {
  readonly claims: Claims;
  readonly onEnd: () => void;
}

const maxBatchSize = 500;
/** Timers of Node take no longer delay. */
const longestTimerMs = 2 ** 31 - 1;

export function createSessionWatch({
  tokens,
  findSessions,
  clock,
  log,
  checkEveryMs = 500,
}: Needs): SessionWatch {
  const attended = new Set<Attended>();
  // Not remembered: each look is a look.
  const sessions = new DataLoader(findSessions, { maxBatchSize, cache: false });
  const find: FindSession = (claims) => sessions.load(claims);
  let isLooking = false;

  async function look(): Promise<void> {
    if (isLooking || attended.size === 0) return;
    isLooking = true;
    try {
      const all = [...attended];
      const found = await sessions.loadMany(all.map(({ claims }) => claims));
      all.forEach((each, index) => {
        // A failed look says nothing: the events of a stream look for themselves, and do not pass without an answer.
        if (found[index] === undefined && attended.delete(each)) each.onEnd();
      });
    } finally {
      isLooking = false;
    }
  }

  /** Timers count by another clock: one may end a moment before its time. */
  function at(timeMs: number, act: () => void): Cancel {
    let cancel: Cancel = () => undefined;
    const wait = () => {
      cancel = clock.after(Math.min(timeMs - clock.now(), longestTimerMs), () => {
        if (clock.now() < timeMs) wait();
        else act();
      });
    };
    wait();
    return () => cancel();
  }

  const stop = clock.every(checkEveryMs, () => inBackground(log, 'looking after sessions', look()));

  return {
    find,
    async attend(authorization, onEnd) {
      const token = readBearer(authorization);
      if (token === undefined) return () => undefined;
      const { claims, expiresAtMs } = await tokens.read(token);
      if ((await find(claims)) === undefined)
        throw new DomainError('UNAUTHENTICATED', 'The session has ended; sign in again.');
      const one: Attended = { claims, onEnd };
      attended.add(one);
      const cancel = at(expiresAtMs, () => {
        if (attended.delete(one)) onEnd();
      });
      return () => {
        cancel();
        attended.delete(one);
      };
    },
    close: stop,
  };
}
