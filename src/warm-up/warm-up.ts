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
  /** One key after the other, where each of them is dear. */
  readonly oneByOne?: boolean;
}

/** A cache that is being filled behind everything else. */
export interface WarmUp {
  /** Begins anew, because the cache is cold again; what is under way is left, for it may have filled what is lost. */
  again(reason: string): void;
  /** Resolves when all of it is over, for whatever reason. Never rejects. */
  idle(): Promise<void>;
  /** Begins no further batch, and waits for those under way. */
  close(): Promise<void>;
}

interface Needs {
  readonly steps: readonly WarmUpStep[];
  /** Asked each time; begins when it is settled, which may take of its time. */
  readonly ready: () => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
  /** No batch is begun so long after the beginning; 0 for none at all. */
  readonly budgetMs: number;
}

/** From a beginning to the next one. */
interface Round {
  readonly startedAt: number;
  readonly isOver: () => boolean;
}

/** So few that requests hardly notice: the rows of a batch are decoded, encoded and filled in one go. */
const batchSize = 100;
const concurrency = 2;

/**
 * Starts at once and returns. One step after the other, in the order given; a step that fails is logged, and the next one
 * has its turn.
 */
export function startWarmUp({ steps, ready, clock, log, budgetMs }: Needs): WarmUp {
  let latest = 0;
  let rounds = Promise.resolve();

  function begin(): void {
    if (budgetMs === 0 || latest === Infinity) return;
    const number = (latest += 1);
    const startedAt = clock.monotonic();
    const isOver = () => number !== latest || clock.monotonic() - startedAt >= budgetMs;
    rounds = rounds.then(() => run({ startedAt, isOver }));
    inBackground(log, 'warming up', rounds);
  }

  async function run(round: Round): Promise<void> {
    if (round.isOver()) return;
    await Promise.allSettled([ready()]);
    for (const step of steps) {
      if (round.isOver()) return;
      await runStep(step, round).catch((error: unknown) =>
        log.warn({ err: error, step: step.name }, 'a step of the warm-up failed'),
      );
    }
  }

  async function runStep({ name, keys: findKeys, load, ...step }: WarmUpStep, round: Round): Promise<void> {
    const [size, atOnce] = step.oneByOne === true ? [1, 1] : [batchSize, concurrency];
    const keys = await findKeys();
    let next = 0;
    let loaded = 0;
    const work = async () => {
      while (next < keys.length && !round.isOver()) {
        const batch = keys.slice(next, next + size);
        next += batch.length;
        await load(batch);
        loaded += batch.length;
        log.debug({ step: name, loaded, of: keys.length }, 'warming up');
      }
    };
    try {
      await allEnded(Array.from({ length: atOnce }, work));
    } finally {
      const ms = Math.round(clock.monotonic() - round.startedAt);
      log.info({ step: name, loaded, of: keys.length, ms }, 'warmed up');
    }
  }

  begin();
  return {
    again(reason) {
      if (budgetMs > 0) log.info({ reason }, 'warming up again');
      begin();
    },
    idle: () => rounds,
    close() {
      latest = Infinity;
      return rounds;
    },
  };
}

/** Like `Promise.all`, but nothing runs any more when it rejects. */
async function allEnded(work: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
}
