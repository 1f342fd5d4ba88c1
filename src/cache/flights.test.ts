import { describe, expect, it } from 'vitest';
import { createFlights } from './flights.ts';

describe('a flight', () => {
  it('is joined by those who come before it lands', async () => {
    const flights = createFlights();
    const flight = flights.start<string>('key', true);
    expect(flights.find('key')).toBe(flight);
    flight.land('value');
    expect(await flight.result()).toBe('value');
    expect(flights.find('key')).toBeUndefined();
  });

  it('that was dropped still lands for its readers, is not joined, and is not kept', async () => {
    const flights = createFlights();
    const flight = flights.start<string>('key', true);
    flights.drop('key');
    expect(flights.find('key')).toBeUndefined();
    expect(flight.mayBeKept()).toBe(false);
    flight.land('old');
    expect(await flight.result()).toBe('old');
  });

  it('that was dropped does not end its successor when it lands', () => {
    const flights = createFlights();
    const first = flights.start<string>('key', true);
    flights.drop('key');
    const second = flights.start<string>('key', true);
    first.land('old');
    expect(flights.find('key')).toBe(second);
    expect(second.mayBeKept()).toBe(true);
  });

  it('that is not shared is neither found nor kept, for no invalidation would reach it', () => {
    const flights = createFlights();
    expect(flights.start('key', false).mayBeKept()).toBe(false);
    expect(flights.find('key')).toBeUndefined();
  });

  it('that fails after its readers have gone disturbs nobody', async () => {
    const flights = createFlights();
    flights.start('key', true).fail(new Error('nobody listens'));
    await Promise.resolve();
    expect(flights.find('key')).toBeUndefined();
  });

  it('is abandoned with the last who leaves, says so once, and is not joined any more', () => {
    const flights = createFlights();
    const flight = flights.start('key', true);
    let told = 0;
    flight.onAbandoned(() => told++);
    flight.join();
    flight.join();
    flight.leave();
    expect([flight.isAbandoned(), told, flights.find('key')]).toEqual([false, 0, flight]);
    flight.leave();
    expect([flight.isAbandoned(), told, flights.find('key')]).toEqual([true, 1, undefined]);
  });

  it('that has landed cannot be abandoned', () => {
    const flight = createFlights().start('key', true);
    flight.join();
    flight.land('value');
    flight.leave();
    expect(flight.isAbandoned()).toBe(false);
  });

  it('is dropped with any of its tags, and its successor with the same', () => {
    const flights = createFlights();
    const first = flights.start('list', true, ['tag 1', 'tag 2']);
    flights.start('other', true, ['tag 3']);
    flights.drop('tag 2');
    expect(flights.find('list')).toBeUndefined();
    flights.start('list', true, ['tag 1', 'tag 2']);
    first.land('old');
    flights.drop('tag 1');
    expect(flights.find('list')).toBeUndefined();
    expect(flights.find('other')).toBeDefined();
  });
});
