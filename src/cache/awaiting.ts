import type { Flight } from './flights.ts';

/** A key that is waited for. */
interface Awaited<Value> {
  readonly id: string;
  readonly flight: Flight<Value>;
}

/** Told of a key whose read failed. */
type OnFailure = (id: string, error: unknown) => void;

/**
 * Waits until all have landed, and brings what they landed with into `found`; what failed is taken out. Rejects with the
 * signal's reason when that comes first: then nobody waits here any more, and flights that nobody else waits for are
 * abandoned. Without `onFailure` the first failure rejects too.
 */
export async function awaitFlights<Value>(
  awaited: readonly Awaited<Value>[],
  found: Map<string, Value | undefined>,
  signal: AbortSignal | undefined,
  onFailure: OnFailure | undefined,
): Promise<void> {
  for (const { flight } of awaited) flight.join();
  const landing = collect(awaited, found, onFailure);
  if (signal === undefined) return landing;
  return new Promise((resolve, reject) => {
    // The signal may outlive this read by far, so it must not keep the listener.
    const stop = () => signal.removeEventListener('abort', leave);
    const leave = () => {
      stop();
      for (const { flight } of awaited) flight.leave();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', leave);
    landing.finally(stop).then(resolve, reject);
  });
}

async function collect<Value>(
  awaited: readonly Awaited<Value>[],
  found: Map<string, Value | undefined>,
  onFailure: OnFailure | undefined,
): Promise<void> {
  for (const { id, flight } of awaited) {
    try {
      // Those that one reply has answered have landed together: whoever has waited for the first need not for the others.
      found.set(id, flight.landed === undefined ? await flight.result() : flight.landed.value);
    } catch (error) {
      if (onFailure === undefined) throw error;
      found.delete(id);
      onFailure(id, error);
    }
  }
}
