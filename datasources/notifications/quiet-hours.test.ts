import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEmptyPeriod, quietUntil } from './quiet-hours.ts';

const zurich = { start: '22:00', end: '07:00', timeZone: 'Europe/Zurich' };
const end = (at: string, quiet = zurich) => quietUntil(new Date(at), quiet)?.toISOString();

describe('quiet hours', () => {
  it('hold back until they end, before midnight and after it', () => {
    expect(end('2026-06-01T21:30:00Z')).toBe('2026-06-02T05:00:00.000Z');
    expect(end('2026-06-02T03:00:00.123Z')).toBe('2026-06-02T05:00:00.000Z');
  });

  it('begin with their first moment and end before their last', () => {
    expect(end('2026-06-01T19:59:59.999Z')).toBeUndefined();
    expect(end('2026-06-01T20:00:00Z')).toBe('2026-06-02T05:00:00.000Z');
    expect(end('2026-06-02T04:59:59.999Z')).toBe('2026-06-02T05:00:00.000Z');
    expect(end('2026-06-02T05:00:00Z')).toBeUndefined();
  });

  it('may lie within a day', () => {
    const siesta = { start: '13:00:00', end: '15:30', timeZone: 'America/New_York' };
    expect(end('2026-01-10T18:00:00Z', siesta)).toBe('2026-01-10T20:30:00.000Z');
    expect(end('2026-01-10T23:00:00Z', siesta)).toBeUndefined();
  });

  it('are as long as the night in which the clock is put forward or back', () => {
    expect(end('2026-03-28T23:00:00Z')).toBe('2026-03-29T05:00:00.000Z');
    expect(end('2026-10-24T22:00:00Z')).toBe('2026-10-25T06:00:00.000Z');
  });

  it('end with the gap where their end falls into it', () => {
    const gap = { start: '22:00', end: '02:30', timeZone: 'Europe/Zurich' };
    // The clock goes from 02:00 to 03:00 at 01:00 UTC.
    expect(end('2026-03-29T00:30:00Z', gap)).toBe('2026-03-29T01:00:00.000Z');
  });

  it('begin again where the clock shows them a second time', () => {
    const overlap = { start: '22:00', end: '02:30', timeZone: 'Europe/Zurich' };
    // It shows 02:30 at 00:30 UTC, is put back at 01:00 to 02:00, and shows 02:30 once more at 01:30.
    expect(end('2026-10-25T00:10:00Z', overlap)).toBe('2026-10-25T00:30:00.000Z');
    expect(end('2026-10-25T00:45:00Z', overlap)).toBeUndefined();
    expect(end('2026-10-25T01:10:00Z', overlap)).toBe('2026-10-25T01:30:00.000Z');
  });

  it('need two times that differ, however they are written', () => {
    expect(isEmptyPeriod({ ...zurich, start: '07:00', end: '07:00:00' })).toBe(true);
    expect(isEmptyPeriod({ ...zurich, start: '07:00', end: '07:00:01' })).toBe(false);
  });
});

describe('whatever the zone, the period and the moment', () => {
  const minuteMs = 60_000;
  const zones = [
    'Europe/Zurich',
    'America/New_York',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Pacific/Apia',
    'Africa/Casablanca',
    'UTC',
  ];
  /** Days about which clocks are put forward or back somewhere; one was left out in Apia. */
  const days = [
    '2026-03-29',
    '2026-10-25',
    '2026-03-08',
    '2026-11-01',
    '2026-04-05',
    '2026-10-04',
    '2011-12-30',
  ];
  const time = fc
    .nat({ max: 1_439 })
    .map((minutes) => new Date(minutes * minuteMs).toISOString().slice(11, 16));

  /** Looks at the wall clock minute by minute. */
  function walk(at: Date, { start, end: until, timeZone }: typeof zurich): Date | undefined {
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
    const isQuiet = (shown: string) =>
      start < until ? start <= shown && shown < until : start <= shown || shown < until;
    let now = at.getTime();
    while (isQuiet(clock.format(now))) now += minuteMs;
    return now === at.getTime() ? undefined : new Date(now);
  }

  it('they end when a walk over the minutes says so', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom(...days),
        fc.integer({ min: -1_440, max: 2_880 }),
        time,
        time,
        (timeZone, day, minutes, start, until) => {
          fc.pre(start !== until);
          const at = new Date(Date.parse(`${day}T00:00:00Z`) + minutes * minuteMs);
          const quiet = { start, end: until, timeZone };
          expect(quietUntil(at, quiet)?.toISOString()).toBe(walk(at, quiet)?.toISOString());
        },
      ),
      { numRuns: 500 },
    );
  }, 120_000);
});
