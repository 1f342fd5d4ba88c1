/** One read of one key, under way. Readers that come before it lands may share it. */
export interface Flight<Value> {
  readonly result: Promise<Value | undefined>;
  land(value: Value | undefined): void;
  fail(error: unknown): void;
  /** False after an invalidation of the key, or where the flight was never shared: its value must not become a copy. */
  mayBeKept(): boolean;
}

/**
 * Single flight within the process: at most one shared read of a key at a time. An invalidation ends the sharing:
 *
 * 1. Reader A finds nothing cached and reads the row from the source, before the commit.
 * 2. A writer commits, invalidates the key and is answered.
 * 3. Reader B, which must see that write, would join A's flight and get the old row. So step 2 drops the flight, B starts
 *    a new one, and A's own fill is refused by the fence.
 *
 * The same mark keeps old values out of L1: a read that was under way when its key was invalidated, may hold one.
 */
export interface Flights {
  find<Value>(entryKey: string): Flight<Value> | undefined;
  /** `shared` false: nobody can join it. */
  start<Value>(entryKey: string, shared: boolean): Flight<Value>;
  drop(entryKey: string): void;
  dropAll(): void;
}

interface Tracked extends Flight<unknown> {
  dropped: boolean;
}

export function createFlights(): Flights {
  const flights = new Map<string, Tracked>();

  function drop(entryKey: string): void {
    const flight = flights.get(entryKey);
    if (flight === undefined) return;
    flight.dropped = true;
    flights.delete(entryKey);
  }

  return {
    find: <Value>(entryKey: string) => flights.get(entryKey) as Flight<Value> | undefined,
    start<Value>(entryKey: string, shared: boolean) {
      const flight = createFlight(shared, () => {
        if (flights.get(entryKey) === flight) flights.delete(entryKey);
      });
      if (shared) flights.set(entryKey, flight);
      return flight as Flight<Value>;
    },
    drop,
    dropAll() {
      for (const entryKey of flights.keys()) drop(entryKey);
    },
  };
}

function createFlight(shared: boolean, onSettled: () => void): Tracked {
  let resolve: (value: unknown) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const result = new Promise<unknown>((...settlers) => ([resolve, reject] = settlers));
  // Each reader sees the rejection through its own `await`; a flight whose readers are gone must not end the process.
  result.catch(() => undefined);
  const flight: Tracked = {
    result,
    dropped: false,
    land(value) {
      resolve(value);
      onSettled();
    },
    fail(error) {
      reject(error);
      onSettled();
    },
    mayBeKept: () => shared && !flight.dropped,
  };
  return flight;
}
