import type { Flight } from './flights.ts';

/** Tells one load when nobody waits for any of its keys any more. */
export interface Abandonment {
  readonly signal: AbortSignal;
  /** Settles as the work does, or rejects at once when everybody is gone; what then comes of the work is dropped. */
  race<T>(begin: () => Promise<T>): Promise<T>;
  end(): void;
}

export function watchAbandonment(
  flights: readonly Pick<Flight<never>, 'isAbandoned' | 'onAbandoned'>[],
): Abandonment {
  const controller = new AbortController();
  const { signal } = controller;
  let waitedFor = 0;
  const abort = () => controller.abort(new Error('nobody waits for it any more'));
  const stops = flights
    .filter((flight) => !flight.isAbandoned())
    .map((flight) => {
      waitedFor++;
      return flight.onAbandoned(() => {
        waitedFor--;
        if (waitedFor === 0) abort();
      });
    });
  if (waitedFor === 0) abort();

  return {
    signal,
    race: (begin) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        begin().then(resolve, reject);
      }),
    end: () => stops.forEach((stop) => stop()),
  };
}
