import { systemClock } from '../../../clock/clock.ts';
import { pause } from '../stage.ts';

const dayMs = 24 * 3_600_000;
const longEnoughMs = 60_000;

/** Quotas are of a UTC day: sends on both sides of midnight would have two of them. */
export async function untilDayIsLong(): Promise<void> {
  const leftMs = dayMs - (systemClock.now() % dayMs);
  if (leftMs < longEnoughMs) await pause(leftMs + 1_000);
}
