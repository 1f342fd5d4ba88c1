import type { Cancel } from '../clock/clock.ts';

/** One read of one key, under way. Readers that come before it lands may share it. */
export interface Flight<Value> {
  readonly result: Promise<Value | undefined>;
  land(value: Value | undefined): void;
  fail(error: unknown): void;
  /** False after an invalidation of the key, or where the flight was never shared: its value must not become a copy. */
  mayBeKept(): boolean;
  /** Counts a reader who waits. */
  join(): void;
  /** One who joined does not wait any more. With the last of them the flight is abandoned, and cannot be joined again. */
  leave(): void;
  isAbandoned(): boolean;
  onAbandoned(listener: () => void): Cancel;
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
  start<Value>(entryKey: string, shared: boolean, tagKeys?: readonly string[]): Flight<Value>;
  /** Of a tag: all flights under it, because what they read may be as old as the stamp that the tag had. */
  drop(key: string): void;
  dropAll(): void;
}

interface Tracked extends Flight<unknown> {
  dropped: boolean;
}

export function createFlights(): Flights {
  const flights = new Map<string, Tracked>();
  const byTag = new Map<string, Set<string>>();

  function drop(key: string): void {
    for (const entryKey of byTag.get(key) ?? []) drop(entryKey);
    const flight = flights.get(key);
    if (flight === undefined) return;
    flight.dropped = true;
    flights.delete(key);
  }

  function file(entryKey: string, flight: Tracked, tagKeys: readonly string[]): void {
    flights.set(entryKey, flight);
    for (const tagKey of tagKeys) {
      const under = byTag.get(tagKey) ?? new Set();
      byTag.set(tagKey, under.add(entryKey));
    }
  }

  /** A successor of a dropped flight is filed under the same tags, and stays. */
  function unfile(entryKey: string, flight: Tracked, tagKeys: readonly string[]): void {
    if (flights.get(entryKey) === flight) flights.delete(entryKey);
    if (flights.has(entryKey)) return;
    for (const tagKey of tagKeys) {
      const under = byTag.get(tagKey);
      under?.delete(entryKey);
      if (under?.size === 0) byTag.delete(tagKey);
    }
  }

  return {
    find: <Value>(entryKey: string) => flights.get(entryKey) as Flight<Value> | undefined,
    start<Value>(entryKey: string, shared: boolean, tagKeys: readonly string[] = []) {
      const flight = createFlight(shared, () => unfile(entryKey, flight, tagKeys));
      if (shared) file(entryKey, flight, tagKeys);
      return flight as Flight<Value>;
    },
    drop,
    dropAll() {
      for (const entryKey of flights.keys()) drop(entryKey);
    },
  };
}

/** `onOver`: it is not to be joined any more. */
function createFlight(shared: boolean, onOver: () => void): Tracked {
  let resolve: (value: unknown) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const result = new Promise<unknown>((...settlers) => ([resolve, reject] = settlers));
  // Each reader sees the rejection through its own `await`; a flight whose readers are gone must not end the process.
  result.catch(() => undefined);
  const listeners = new Set<() => void>();
  let waiting = 0;
  let settled = false;
  let abandoned = false;

  function settle(): void {
    settled = true;
    listeners.clear();
    onOver();
  }

  const flight: Tracked = {
    result,
    dropped: false,
    land(value) {
      resolve(value);
      settle();
    },
    fail(error) {
      reject(error);
      settle();
    },
    mayBeKept: () => shared && !flight.dropped,
    join() {
      waiting++;
    },
    leave() {
      waiting--;
      if (waiting > 0 || settled || abandoned) return;
      abandoned = true;
      onOver();
      for (const listener of listeners) listener();
    },
    isAbandoned: () => abandoned,
    onAbandoned(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return flight;
}
