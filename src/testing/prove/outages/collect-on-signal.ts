import { subscribe } from 'node:diagnostics_channel';

// Loaded into a gateway before its own code, where a proof watches its memory.

process.on('SIGUSR2', () => {
  // Twice: what the first one finalises, the second one frees.
  globalThis.gc?.();
  globalThis.gc?.();
});

/** Of a gateway that leaks: the control. */
const keptPerRequest = 200_000;
const kept: number[][] = [];
if (process.env['KEEP_REQUESTS'] === 'true')
  subscribe(
    'http.server.request.start',
    () => void kept.push(new Array<number>(keptPerRequest / 8).fill(0.5)),
  );
