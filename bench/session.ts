import { loadavg } from 'node:os';
import { abortOnSignal } from '../src/dev/processes/abort-on-signal.ts';
import { createProgress, tracked } from '../src/dev/progress.ts';
import { createResources } from '../src/testing/prove/resources.ts';
import type { Context } from './run.ts';

/** What figures stand in the light of. */
export interface Surroundings {
  readonly seconds: number;
  /** Processes that wanted to run before the run began, as the system counts them over a minute. */
  readonly loadBefore: number;
}

/** Measures something, reports it, and closes all that was opened. Resolves to the exit code. */
export async function inSession<T>(
  measure: (context: Context) => Promise<T>,
  report: (found: T, surroundings: Surroundings) => Promise<void>,
): Promise<number> {
  const progress = createProgress();
  const resources = createResources();
  const signal = abortOnSignal();
  const step = <R>(name: string, work: () => Promise<R>): Promise<R> => {
    signal.throwIfAborted();
    return tracked(progress.report, name, work);
  };
  const [startedAt, [loadBefore = 0]] = [performance.now(), loadavg()];
  try {
    const found = await measure({ resources, signal, step });
    progress.close();
    await report(found, { seconds: (performance.now() - startedAt) / 1_000, loadBefore });
    return 0;
  } catch (error) {
    if (signal.aborted) return 130;
    throw error;
  } finally {
    progress.close();
    await resources.close();
  }
}
