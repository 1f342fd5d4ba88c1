import type { Clock } from '../clock/clock.ts';
import { inBackground, type Log } from '../log/log.ts';

/** One kind of entries that a cold cache is filled with. */
export interface WarmUpStep {
  /** For the log. */
  readonly name: string;
  /** What to load, the most wanted first. */
  readonly keys: () => Promise<readonly string[]>;
  /** Loads a batch through the cache. */
  readonly load: (keys: readonly string[]) => Promise<unknown>;
}

/** A cache that is being filled behind everything else. */
export interface WarmUp {
  /** Resolves when it is over, for whatever reason. Never rejects. */
  readonly done: Promise<void>;
  /** Begins no further batch, and waits for those under way. */
  close(): Promise<void>;
}

interface Needs {
  readonly steps: readonly WarmUpStep[];
  /** Begins when this is settled, which may take of its time. */
  readonly ready: Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
  /** No batch is begun later than this; 0 for none at all. */
  readonly budgetMs: number;
}

/** As many as one statement loads. */
const batchSize = 500;
/** So few that the requests hardly notice. */
const concurrency = 2;

/**
 * Starts at once and returns. One step after the other, in the order given; a step that fails is logged, and the next one
 * has its turn.
 */
export function startWarmUp({ steps, ready, clock, log, budgetMs }: Needs): WarmUp {
  const startedAt = clock.monotonic();
  let isClosed = false;
  const isOver = () => isClosed || clock.monotonic() - startedAt >= budgetMs;
  const sinceStart = () => Math.round(clock.monotonic() - startedAt);

  async function run(): Promise<void> {
    await Promise.allSettled([ready]);
    for (const step of steps) {
      if (isOver()) return;
      await runStep(step).catch((error: unknown) =>
        log.warn({ err: error, step: step.name }, 'a step of the warm-up failed'),
      );
    }
  }

  async function runStep({ name, keys: findKeys, load }: WarmUpStep): Promise<void> {
    const keys = await findKeys();
    let next = 0;
    let loaded = 0;
    const work = async () => {
      while (next < keys.length && !isOver()) {
        const batch = keys.slice(next, next + batchSize);
        next += batch.length;
        await load(batch);
        loaded += batch.length;
        log.debug({ step: name, loaded, of: keys.length }, 'warming up');
      }
    };
    try {
      await allEnded(Array.from({ length: concurrency }, work));
    } finally {
      log.info({ step: name, loaded, of: keys.length, ms: sinceStart() }, 'warmed up');
    }
  }

  const done = budgetMs === 0 ? Promise.resolve() : run();
  inBackground(log, 'warming up', done);
  return {
    done,
    close() {
      isClosed = true;
      return done;
    },
  };
}

/** Like `Promise.all`, but nothing runs any more when it rejects. */
async function allEnded(work: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
}
