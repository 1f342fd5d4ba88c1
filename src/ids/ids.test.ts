import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog } from '../log/log.ts';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { fromBase62, toBase62 } from './base62.ts';
import { createIds } from './ids.ts';
import { momentOf } from './snowflake.ts';
import type { Lease, WorkerNumbers } from './worker-numbers.ts';

const log = createLog({ level: 'silent' });
const spanMs = 100;

/** The protocol of `createWorkerNumbers` in memory, over few numbers, so that they are taken away from their holders. */
function createFewNumbers(count: number): WorkerNumbers & { reachable: boolean } {
  const rows = Array.from({ length: count }, () => ({ ceilingMs: 0, holder: '', used: 0 }));
  let uses = 0;
  const holds = ({ number, holder }: Lease) => rows[number]?.holder === holder;
  const reach = () => (fake.reachable ? Promise.resolve() : Promise.reject(new Error('no primary')));
  const fake = {
    reachable: true,
    async take(fromMs: number, span: number): Promise<Lease> {
      await reach();
      const number = rows.reduce((least, row, at) => (row.used < (rows[least]?.used ?? 0) ? at : least), 0);
      const floorMs = rows[number]?.ceilingMs ?? 0;
      uses += 1;
      const taken = { holder: `h${uses}`, ceilingMs: Math.max(floorMs, fromMs) + span, used: uses };
      rows[number] = taken;
      return { number, floorMs, ...taken };
    },
    async renew(lease: Lease, ceilingMs: number) {
      await reach();
      if (!holds(lease)) return undefined;
      uses += 1;
      rows[lease.number] = { holder: lease.holder, ceilingMs, used: uses };
      return { ...lease, ceilingMs };
    },
    async release(lease: Lease, lastMs: number) {
      await reach();
      const row = rows[lease.number];
      if (row !== undefined && holds(lease)) row.ceilingMs = Math.min(row.ceilingMs, lastMs);
    },
  };
  return fake;
}

/** A clock that a process may set as it likes. */
function createLooseClock(): FakeClock & { set(ms: number): void } {
  const start = Date.UTC(2026, 5, 1);
  let now = start;
  return { ...createFakeClock(start), now: () => now, set: (ms) => (now = start + ms) };
}

const step = fc.record({
  process: fc.nat({ max: 3 }),
  clock: fc.integer({ min: -500, max: 500 }),
  ids: fc.nat({ max: 5_000 }),
  restarts: fc.boolean(),
});

describe('ids', () => {
  it('are never given out twice, and rise within a process, whatever clocks do and whoever loses its number', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const numbers = createFewNumbers(3);
        const start = () => {
          const clock = createLooseClock();
          return { clock, ids: createIds({ numbers, clock, log, spanMs }), last: 0n };
        };
        const processes = Array.from({ length: 4 }, start);
        const seen = new Set<string>();
        for (const each of steps) {
          // A killed process gives nothing back.
          if (each.restarts) processes[each.process] = start();
          const running = processes[each.process];
          if (running === undefined) throw new Error('no such process');
          running.clock.set(each.clock);
          for (let count = 0; count < each.ids; count += 1) {
            const id = await running.ids.next();
            if (BigInt(id) <= running.last) throw new Error(`${id} does not rise`);
            if (seen.has(id)) throw new Error(`${id} was given out twice`);
            running.last = BigInt(id);
            seen.add(id);
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it('carry their moment', async () => {
    const clock = createLooseClock();
    const id = await createIds({ numbers: createFewNumbers(1), clock, log }).next();
    expect(momentOf(id).getTime()).toBe(clock.now());
  });

  it('end at the ceiling while no number can be had, and go on when one can', async () => {
    const clock = createLooseClock();
    const numbers = createFewNumbers(1);
    const ids = createIds({ numbers, clock, log, spanMs });
    await ids.next();
    numbers.reachable = false;
    clock.set(spanMs);
    await ids.next();
    clock.set(spanMs + 1);
    await expect(ids.next()).rejects.toThrow('no primary');
    numbers.reachable = true;
    expect(momentOf(await ids.next()).getTime()).toBe(clock.now());
  });

  it('begin above what the last holder of the number may have stamped', async () => {
    const numbers = createFewNumbers(1);
    const ahead = createLooseClock();
    ahead.set(60_000);
    const killed = createIds({ numbers, clock: ahead, log, spanMs });
    const last = BigInt(await killed.next());
    const behind = createLooseClock();
    expect(BigInt(await createIds({ numbers, clock: behind, log, spanMs }).next())).toBeGreaterThan(last);
  });

  it('begin right above the last one where the number was given back', async () => {
    const clock = createLooseClock();
    const numbers = createFewNumbers(1);
    const first = createIds({ numbers, clock, log, spanMs });
    await first.next();
    await first.close();
    await expect(first.next()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    const next = createIds({ numbers, clock, log, spanMs });
    expect(momentOf(await next.next()).getTime()).toBe(clock.now() + 1);
  });
});

describe('base 62', () => {
  it('gives every number back, and keeps the order of texts of one length', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n }), (number) => {
        expect(fromBase62(toBase62(number))).toBe(number);
        const next = toBase62(number + 1n);
        if (next.length === toBase62(number).length) expect(next > toBase62(number)).toBe(true);
      }),
    );
  });

  it('knows no other characters', () => {
    for (const text of ['', '-', 'é', '1 ', '🦊']) expect(fromBase62(text)).toBeUndefined();
    expect(() => toBase62(-1n)).toThrow(RangeError);
  });
});
