/** A daily period of local time, across midnight where it ends earlier than it starts. */
export interface QuietHours {
  /** `HH:MM` or `HH:MM:SS`; the first moment of the period. */
  readonly start: string;
  /** The first moment after it; not the same as `start`. */
  readonly end: string;
  /** IANA name. */
  readonly timeZone: string;
}

const dayMs = 24 * 3_600_000;

/** Whether the period is none: its ends are the same time, however they are written. */
export const isEmptyPeriod = ({ start, end }: QuietHours): boolean => timeOfDay(start) === timeOfDay(end);

/**
 * When the quiet hours end in which `at` lies: the first moment at which a clock on the wall shows a time outside of them.
 * Undefined where it lies outside.
 *
 * A clock that is put forward over the end shows the first time after the gap: they end there. One that is put back may
 * show quiet hours once more: they begin again.
 */
export function quietUntil(at: Date, { start, end, timeZone }: QuietHours): Date | undefined {
  const [from, until] = [timeOfDay(start), timeOfDay(end)];
  const offsetAt = offsetsOf(timeZone);
  const wallTime = (ms: number) => modulo(ms + offsetAt(ms), dayMs);
  const isQuiet = (time: number) =>
    from < until ? from <= time && time < until : from <= time || time < until;

  let now = at.getTime();
  while (isQuiet(wallTime(now))) {
    const wouldEnd = now + modulo(until - wallTime(now), dayMs);
    // Either the wall clock gets there undisturbed, or it is looked at again when it was put forward or back.
    if (offsetAt(wouldEnd) === offsetAt(now)) return new Date(wouldEnd);
    now = firstWithOtherOffset(now, wouldEnd, offsetAt);
  }
  return now === at.getTime() ? undefined : new Date(now);
}

/** The first millisecond after `from` whose offset is not that of `from`; there is one at `to`. */
function firstWithOtherOffset(from: number, to: number, offsetAt: (ms: number) => number): number {
  const offset = offsetAt(from);
  let [before, after] = [from, to];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle) === offset) before = middle;
    else after = middle;
  }
  return after;
}

/** How far the zone's wall clock is ahead of UTC at an instant, ms. */
function offsetsOf(timeZone: string): (ms: number) => number {
  const wallClock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  return (ms) => {
    const shown = new Map(wallClock.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => shown.get(type) ?? 0;
    const [year, month, day] = [part('year'), part('month'), part('day')];
    const wall = Date.UTC(year, month - 1, day, part('hour'), part('minute'), part('second'));
    return wall - Math.floor(ms / 1_000) * 1_000;
  };
}

/** Since midnight, ms. */
function timeOfDay(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000;
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
