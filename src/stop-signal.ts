import { systemClock } from './clock/clock.ts';
import type { Log } from './log/log.ts';

interface Needs {
  readonly log: Log;
  readonly withinSeconds: number;
  readonly stop: () => Promise<void>;
}

/** Stops once on SIGTERM, SIGINT or SIGHUP and exits with 0; with 1 when stopping fails or takes too long. Returns the same for other causes. */
export function onStopSignal({ log, withinSeconds, stop }: Needs): (reason: string) => void {
  let stopping = false;

  function begin(reason: string): void {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, 'stopping');
    systemClock.after(withinSeconds * 1000, () => {
      log.error({ withinSeconds }, 'stopping took too long');
      process.exit(1);
    });
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, begin);
  return begin;
}
