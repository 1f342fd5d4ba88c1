import { watchParent } from './watch-parent.ts';

/** The first signal ends the work in order; at a second one the servers' guards end them. */
export function abortOnSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write('Stopping …\n');
    controller.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  // A signal to npm alone never reaches us.
  watchParent(stop);
  return controller.signal;
}
