import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import { openHeldSession, type HeldSession } from '../database/held-session.ts';
import { sql } from '../database/sql.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Chore } from './chore.ts';

/** Does chores in one worker at a time. */
export interface Upkeep {
  /** Waits for the chore that is under way, and leaves the rest to another worker. */
  close(): Promise<void>;
}

export interface UpkeepSettings {
  /** How often a spare looks whether there is a leader, and a leader whether something is due. */
  readonly lookEveryMs: number;
  /** Postgres gives the lead to the next when it has heard nothing for so long. */
  readonly silentMs: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

interface Needs {
  /** Asked for each connection: another one after a promotion. */
  readonly primaryUrl: () => string;
  readonly chores: readonly Chore[];
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly settings?: Partial<UpkeepSettings>;
}

const defaultSettings: UpkeepSettings = {
  lookEveryMs: 1_000,
  silentMs: 8_000,
  connectTimeoutMs: 1_000,
  statementTimeoutMs: 5_000,
};

/** Any number that nobody else locks in this database. */
export const leadLock = 8_264_020;
const longestPauseMs = 10_000;

/**
 * The leader holds an advisory lock on a session of its own, which ends with the process, or when Postgres has heard nothing
 * of it. It begins with every chore, because it does not know when they were done last. Starts at once.
 */
export function createUpkeep({ primaryUrl, chores, clock, random, metrics, log, ...needs }: Needs): Upkeep {
  const settings = { ...defaultSettings, ...needs.settings };
  const closing = new AbortController();
  const isClosing = () => closing.signal.aborted;
  let failures = 0;

  async function run(): Promise<void> {
    while (!isClosing()) {
      try {
        await serve();
      } catch (error) {
        if (isClosing()) return;
        log[failures === 0 ? 'warn' : 'debug']({ err: error }, 'upkeep has no session');
        await pause(Math.min(settings.lookEveryMs * 2 ** failures, longestPauseMs));
        failures += 1;
      }
    }
  }

  /** From connecting to the end of the session. */
  async function serve(): Promise<void> {
    const session = await openHeldSession({ url: primaryUrl(), name: 'upkeep', ...settings });
    try {
      while (!isClosing() && !(await takeLead(session))) await pause(settings.lookEveryMs);
      if (!isClosing()) await lead(session);
    } finally {
      metrics.upkeepActive.set(0);
      await session.close();
    }
  }

  async function takeLead(session: HeldSession): Promise<boolean> {
    const [answer] = await session.rows<{ taken: boolean }>(
      sql`SELECT pg_try_advisory_lock(${leadLock}) AS taken`,
    );
    failures = 0;
    return answer?.taken === true;
  }

  async function lead(session: HeldSession): Promise<void> {
    const isAlive = watch(session);
    let isLost = false;
    // Also while a long chore is under way; and where nothing is due for an hour, one that has lost the lead must know it.
    const stopTelling = clock.every(settings.silentMs / 4, () => {
      void isAlive().then((alive) => (isLost ||= !alive));
    });
    try {
      await doChores(isAlive, () => isLost);
    } finally {
      stopTelling();
      // The session is used by one statement at a time.
      await isAlive();
    }
  }

  async function doChores(isAlive: () => Promise<boolean>, isLost: () => boolean): Promise<void> {
    metrics.upkeepActive.set(1);
    log.info({ chores: chores.map(({ name }) => name) }, 'upkeep is done here');
    const dueAt = new Map<Chore, number>();
    while (!isClosing()) {
      for (const chore of chores) {
        if (clock.monotonic() < (dueAt.get(chore) ?? 0)) continue;
        // Somebody else may lead by now.
        if (!(await isAlive())) throw new Error('the lead is lost');
        if (isClosing()) return;
        await perform(chore);
        dueAt.set(chore, clock.monotonic() + chore.everyMs);
      }
      await pause(settings.lookEveryMs);
      if (isLost()) throw new Error('the lead is lost');
    }
  }

  async function perform({ name, run: work }: Chore): Promise<void> {
    try {
      const count = await work();
      metrics.upkeepRuns.inc({ chore: name, outcome: 'done' });
      metrics.upkeepThings.inc({ chore: name }, count);
      log[count > 0 ? 'info' : 'debug']({ chore: name, count }, 'a chore was done');
    } catch (error) {
      metrics.upkeepRuns.inc({ chore: name, outcome: 'failed' });
      log.error({ err: error, chore: name }, 'a chore failed');
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        closing.signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = clock.after(ms * (0.75 + random() / 2), end);
      closing.signal.addEventListener('abort', end);
      if (isClosing()) end();
    });
  }

  const running = run();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** Asks whether the session lives, which also tells Postgres that we do. Asked again meanwhile, it is the same question. */
function watch(session: HeldSession): () => Promise<boolean> {
  let asking: Promise<boolean> | undefined;
  return () =>
    (asking ??= session
      .rows(sql`SELECT`)
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        asking = undefined;
      }));
}
