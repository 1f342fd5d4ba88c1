import type { Cancel } from '../clock/clock.ts';
import type { EntryState } from './entry.ts';

/** One read of one key, under way. Readers that come before it lands may share it. */
export interface Flight<Value> {
  readonly entryKey: string;
  readonly tagKeys: readonly string[];
  /** What it has landed with, to be read without waiting; undefined before, and where it failed. */
  readonly landed: Landed<Value> | undefined;
  /** Resolves when it lands, rejects when it fails. */
  result(): Promise<Value | undefined>;
  /** With the state of the entry, where what is made of it may be kept. */
  land(value: Value | undefined, state?: EntryState): void;
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

interface Landed<Value> {
  readonly value: Value | undefined;
  readonly state: EntryState | undefined;
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

/**
 * The place of a flight in the map. A JavaScript map that grows leaves its old table behind, pointing to the new one; in a
 * map where keys come and go all the time that chain keeps every flight, with its value, until the next full collection.
 * So a flight that is over is taken out of its place: the chain keeps empty places.
 */
interface Place {
  flight: Tracked | undefined;
}

export function createFlights(): Flights {
  const places = new Map<string, Place>();
  const byTag = new Map<string, Set<string>>();

  const find = (entryKey: string) => places.get(entryKey)?.flight;

  function drop(key: string): void {
    for (const entryKey of byTag.get(key) ?? []) drop(entryKey);
    const flight = find(key);
    if (flight === undefined) return;
    flight.dropped = true;
    remove(flight);
  }

  function remove({ entryKey, place }: Tracked): void {
    if (places.get(entryKey) === place) places.delete(entryKey);
    place.flight = undefined;
  }

  function file(flight: Tracked): void {
    const { entryKey, tagKeys, place } = flight;
    place.flight = flight;
    places.set(entryKey, place);
    for (const tagKey of tagKeys) {
      const under = byTag.get(tagKey) ?? new Set();
      byTag.set(tagKey, under.add(entryKey));
    }
  }

  /** A successor of a dropped flight is filed under the same tags, and stays. */
  function unfile(flight: Tracked): void {
    const { entryKey, tagKeys } = flight;
    remove(flight);
    if (tagKeys.length === 0 || places.has(entryKey)) return;
    for (const tagKey of tagKeys) {
      const under = byTag.get(tagKey);
      under?.delete(entryKey);
      if (under?.size === 0) byTag.delete(tagKey);
    }
  }

  return {
    find: <Value>(entryKey: string) => find(entryKey) as Flight<Value> | undefined,
    start<Value>(entryKey: string, shared: boolean, tagKeys: readonly string[] = []) {
      const flight = createFlight(entryKey, tagKeys, shared, unfile);
      if (shared) file(flight);
      return flight as Flight<Value>;
    },
    drop,
    dropAll() {
      for (const entryKey of places.keys()) drop(entryKey);
    },
  };
}

interface Tracked extends Flight<unknown> {
  readonly shared: boolean;
  readonly place: Place;
  /** It is not to be joined any more. */
  readonly onOver: (flight: Tracked) => void;
  dropped: boolean;
  landed: Landed<unknown> | undefined;
  failed: { readonly error: Error } | undefined;
  abandoned: boolean;
  waiting: number;
  waiter: Waiter | undefined;
  listeners: Set<() => void> | undefined;
}

interface Waiter {
  readonly result: Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A read of 100 keys makes 100 of them. So they share their functions, and have a promise only where somebody waits for that
 * very flight: 0.4 µs for each, and 0.7 with closures and a promise of its own.
 */
function createFlight(
  entryKey: string,
  tagKeys: readonly string[],
  shared: boolean,
  onOver: (flight: Tracked) => void,
): Tracked {
  return {
    entryKey,
    tagKeys,
    shared,
    place: { flight: undefined },
    onOver,
    dropped: false,
    landed: undefined,
    failed: undefined,
    abandoned: false,
    waiting: 0,
    waiter: undefined,
    listeners: undefined,
    result,
    land,
    fail,
    mayBeKept,
    join,
    leave,
    isAbandoned,
    onAbandoned,
  };
}

function result(this: Tracked): Promise<unknown> {
  if (this.landed !== undefined) return Promise.resolve(this.landed.value);
  if (this.failed !== undefined) return Promise.reject(this.failed.error);
  this.waiter ??= createWaiter();
  return this.waiter.result;
}

function createWaiter(): Waiter {
  let resolve: (value: unknown) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const result = new Promise<unknown>((...settlers) => ([resolve, reject] = settlers));
  // Each reader sees the rejection through its own `await`; a flight whose readers are gone must not end the process.
  result.catch(() => undefined);
  return { result, resolve, reject };
}

/** The first result stands, as with a promise. */
function land(this: Tracked, value: unknown, state?: EntryState): void {
  if (this.landed !== undefined || this.failed !== undefined) return;
  this.landed = { value, state };
  this.waiter?.resolve(value);
  settle(this);
}

function fail(this: Tracked, error: unknown): void {
  if (this.landed !== undefined || this.failed !== undefined) return;
  this.failed = { error: error as Error };
  this.waiter?.reject(error);
  settle(this);
}

function settle(flight: Tracked): void {
  flight.listeners = undefined;
  flight.onOver(flight);
}

function mayBeKept(this: Tracked): boolean {
  return this.shared && !this.dropped;
}

function join(this: Tracked): void {
  this.waiting++;
}

function leave(this: Tracked): void {
  this.waiting--;
  const isSettled = this.landed !== undefined || this.failed !== undefined;
  if (this.waiting > 0 || isSettled || this.abandoned) return;
  this.abandoned = true;
  this.onOver(this);
  for (const listener of this.listeners ?? []) listener();
}

function isAbandoned(this: Tracked): boolean {
  return this.abandoned;
}

function onAbandoned(this: Tracked, listener: () => void): Cancel {
  const listeners = (this.listeners ??= new Set());
  listeners.add(listener);
  return () => listeners.delete(listener);
}
