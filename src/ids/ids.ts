import type { Clock } from '../clock/clock.ts';
import { unavailable } from '../errors/domain-error.ts';
import type { Log } from '../log/log.ts';
import { createTicks, toSnowflake } from './snowflake.ts';
import type { Lease, WorkerNumbers } from './worker-numbers.ts';

/** Ids that no other gateway gives out, each of a process above the one before; no round trip for each. */
export interface Ids {
  /** Decimal digits of a positive Postgres `bigint`. Rejects with `UPSTREAM_UNAVAILABLE` while no number can be had. */
  next(): Promise<string>;
  /** Gives the number back. Never rejects. */
  close(): Promise<void>;
}

interface Needs {
  readonly numbers: WorkerNumbers;
  readonly clock: Clock;
  readonly log: Log;
  /** How far ahead a lease lets ids be stamped; it is renewed when half of that is left. */
  readonly spanMs?: number;
}

/** Takes a number with the first id, and writes nothing while no ids are asked for. */
export function createIds({ numbers, clock, log, spanMs = 10_000 }: Needs): Ids {
  const ticks = createTicks(clock);
  let lease: Lease | undefined;
  let renewing: Promise<void> | undefined;
  let isClosed = false;

  async function next(): Promise<string> {
    for (;;) {
      if (isClosed) throw unavailable('The source of ids');
      const id = stamp();
      if (id !== undefined) return id;
      await renew();
    }
  }

  function stamp(): string | undefined {
    if (lease === undefined) return undefined;
    const tick = ticks.next(lease.ceilingMs);
    if (tick === undefined) return undefined;
    if (lease.ceilingMs - tick.ms < spanMs / 2) renewAhead();
    return toSnowflake(tick, lease.number).toString();
  }

  /** Who finds the ceiling reached meets the failure itself. */
  function renewAhead(): void {
    renew().catch((error: unknown) =>
      log.warn({ err: error }, 'the worker number could not be renewed ahead'),
    );
  }

  const renew = () =>
    (renewing ??= prolong().finally(() => {
      renewing = undefined;
    }));

  async function prolong(): Promise<void> {
    const fromMs = Math.max(clock.now(), ticks.reached());
    const renewed = lease && (await numbers.renew(lease, fromMs + spanMs));
    if (renewed !== undefined) {
      lease = renewed;
      return;
    }
    lease = undefined;
    const taken = await numbers.take(fromMs, spanMs);
    // Behind what the last holder may have stamped, and behind what this process has stamped under another number.
    ticks.passBy(Math.max(taken.floorMs, ticks.reached()));
    lease = taken;
    log.debug({ number: taken.number }, 'took a worker number');
  }

  return {
    next,
    async close() {
      isClosed = true;
      await renewing?.catch(() => undefined);
      if (lease === undefined) return;
      await numbers
        .release(lease, ticks.reached())
        .catch((error: unknown) => log.debug({ err: error }, 'the worker number was not given back'));
    },
  };
}
