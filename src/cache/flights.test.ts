import { describe, expect, it } from 'vitest';
import { createFlights } from './flights.ts';

describe('a flight', () => {
  it('is joined by those who come before it lands', async () => {
    const flights = createFlights();
    const flight = flights.start<string>('key', true);
    expect(flights.find('key')).toBe(flight);
    flight.land('value');
    expect(await flight.result).toBe('value');
    expect(flights.find('key')).toBeUndefined();
  });

  it('that was dropped still lands for its readers, is not joined, and is not kept', async () => {
    const flights = createFlights();
    const flight = flights.start<string>('key', true);
    flights.drop('key');
    expect(flights.find('key')).toBeUndefined();
    expect(flight.mayBeKept()).toBe(false);
    flight.land('old');
    expect(await flight.result).toBe('old');
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
});
