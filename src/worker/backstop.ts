import { asError } from '../errors/as-error.ts';
import type { Followed } from '../store/table-changes.ts';
import { createRegistry } from './registry.ts';
import { runSession, type BackstopSettings, type SessionNeeds } from './session.ts';

/**
 * Follows the log of Postgres and evicts what anybody has changed: another service, a person, a gateway that died between its
 * commit and its fences. Of all workers of an app one follows, the others are its spares.
 */
export interface Backstop {
  /** Follows the last minute of the log again: Redis may have lost what was done in it. */
  readonly replay: (reason: string) => void;
  /** Leaves the slot to the next worker. */
  readonly close: () => Promise<void>;
}

interface Needs extends Omit<SessionNeeds, 'url' | 'registry' | 'settings' | 'signal' | 'waitForVisibility'> {
  /** Asked for each connection: another one after a promotion. */
  readonly primaryUrl: () => string;
  readonly followed: Followed;
  readonly settings?: Partial<BackstopSettings>;
  readonly waitForVisibility?: boolean;
}

const defaultSettings: BackstopSettings = {
  holdMs: 60_000,
  heartbeatMs: 10_000,
  spareEveryMs: 500,
  silentMs: 5_000,
  connectTimeoutMs: 1_000,
  statementTimeoutMs: 30_000,
  maxKeys: 50_000,
  maxWaiting: 1_000,
};

const firstPauseMs = 100;
const longestPauseMs = 10_000;

/** Starts at once. Never ends by itself: what fails is logged, counted and tried again, later and later. */
export function createBackstop({ primaryUrl, followed, ...needs }: Needs): Backstop {
  const { clock, random, metrics, log } = needs;
  const settings = { ...defaultSettings, ...needs.settings };
  const registry = createRegistry(followed);
  const closing = new AbortController();
  let session = new AbortController();
  let lastProblem: string | undefined;
  let failures = 0;

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      session = new AbortController();
      const startedAt = clock.monotonic();
      try {
        const signal = AbortSignal.any([closing.signal, session.signal]);
        const waitForVisibility = needs.waitForVisibility ?? true;
        await runSession({ ...needs, url: primaryUrl(), registry, settings, signal, waitForVisibility });
        failures = 0;
      } catch (error) {
        if (clock.monotonic() - startedAt > longestPauseMs) failures = 0;
        report(error);
        await pause();
      }
    }
  }

  function report(error: unknown): void {
    failures += 1;
    metrics.backstopErrors.inc({ kind: 'stream' });
    // Each attempt at a server that is down fails in the same words: said aloud once.
    const problem = failures === 1 ? undefined : lastProblem;
    lastProblem = asError(error).message;
    log[lastProblem === problem ? 'debug' : 'error']({ err: error }, 'the log cannot be followed');
  }

  function pause(): Promise<void> {
    const ms = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs) * (0.5 + random());
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve);
      const stop = () => {
        cancel();
        resolve();
      };
      if (closing.signal.aborted) stop();
      closing.signal.addEventListener('abort', stop, { once: true });
    });
  }

  const running = run();
  return {
    replay(reason) {
      log.warn({ reason }, 'the last minute of the log is followed again');
      session.abort();
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}
