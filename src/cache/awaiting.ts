import type { Flight } from './flights.ts';

/** Told of a key whose read failed. */
type OnFailure = (id: string, error: unknown) => void;

/**
 * Waits until all have landed. Rejects with the signal's reason when that comes first: then nobody waits here any more,
 * and flights that nobody else waits for are abandoned. Without `onFailure` the first failure rejects too.
 */
export async function awaitFlights<Value>(
  flights: ReadonlyMap<string, Flight<Value>>,
  signal: AbortSignal | undefined,
  onFailure: OnFailure | undefined,
): Promise<ReadonlyMap<string, Value | undefined>> {
  for (const flight of flights.values()) flight.join();
  const landing = collect(flights, onFailure);
  if (signal === undefined) return landing;
  return new Promise((resolve, reject) => {
    // The signal may outlive this read by far, so it must not keep the listener.
    const stop = () => signal.removeEventListener('abort', leave);
    const leave = () => {
      stop();
      for (const flight of flights.values()) flight.leave();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', leave);
    landing.finally(stop).then(resolve, reject);
  });
}

async function collect<Value>(
  flights: ReadonlyMap<string, Flight<Value>>,
  onFailure: OnFailure | undefined,
): Promise<ReadonlyMap<string, Value | undefined>> {
  const found = new Map<string, Value | undefined>();
  for (const [id, flight] of flights) {
    try {
      found.set(id, await flight.result);
    } catch (error) {
      if (onFailure === undefined) throw error;
      onFailure(id, error);
    }
  }
  return found;
}
