/** When something deprecated may go, as its reason says: `Use x instead, until 2027-01-31`. */
const untilPattern = /\buntil (\d{4}-\d{2}-\d{2})\b/;

/** The day, ISO 8601; undefined where none is said, or there is no such day. */
export function removalDay(reason: string | null | undefined): string | undefined {
  const [, day] = untilPattern.exec(reason ?? '') ?? [];
  return day !== undefined && isDay(day) ? day : undefined;
}

/** Whether there are words besides the day. */
export const saysWhy = (reason: string): boolean => /\p{L}/u.test(reason.replace(untilPattern, ''));

/** Whether there is such a day: `2027-02-30` is read as one in March, and so reads differently from how it was written. */
export function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
