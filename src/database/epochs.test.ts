import { expect, it } from 'vitest';
import type { Lsn } from '../clock/lsn.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createEpochs, type EpochRow } from './epochs.ts';

const licenceMs = 300;

function create() {
  const clock = createFakeClock();
  const state = { reachable: true, row: row(5, 7), changes: [] as string[], floors: [] as string[] };
  const { epochs, takeIn } = createEpochs({
    licenceMs,
    clock,
    metrics: createMetrics(),
    log: createLog({ level: 'silent' }),
    change: ({ text }) => {
      state.changes.push(text);
      return Promise.resolve([]);
    },
    look: () => Promise.resolve(state.row),
    isPrimaryReachable: () => state.reachable,
    onGeneration: (position) =>
      void state.floors.push(`${position} before ${epochs.read('generation') ?? 'none'}`),
  });
  return { clock, epochs, state, sample: (seen: EpochRow, at = clock.monotonic()) => takeIn(seen, at) };
}

const row = (generation: number, strict: number, redis: string | null = null): EpochRow => ({
  position: at(generation),
  generation: BigInt(generation),
  strict: BigInt(strict),
  redis,
});

const at = (position: number) => position.toString(16).padStart(16, '0') as Lsn;

it('tells the position of a new generation before anybody reads under it', () => {
  const { sample, state } = create();
  sample(row(5, 7));
  sample(row(5, 8));
  sample(row(6, 9));
  expect(state.floors).toEqual([`${at(5)} before none`, `${at(6)} before 5`]);
});

it('knows nothing before the first sample', () => {
  const { epochs } = create();
  expect([epochs.read('generation'), epochs.read('strict')]).toEqual([undefined, undefined]);
  expect([epochs.inUse('generation'), epochs.inUse('strict')]).toEqual([[], []]);
});

it('reads strict for as long as the licence lasts, counted from the start of the sample', async () => {
  const { clock, epochs, sample } = create();
  await clock.advance(100);
  sample(row(5, 7), 0);
  await clock.advance(licenceMs - 100);
  expect([epochs.read('generation'), epochs.read('strict')]).toEqual([5, 7]);
  await clock.advance(1);
  expect([epochs.read('generation'), epochs.read('strict')]).toEqual([5, undefined]);
});

it('keeps the last strict number while the primary cannot be reached', async () => {
  const { clock, epochs, sample, state } = create();
  sample(row(5, 7));
  await clock.advance(60_000);
  state.reachable = false;
  expect(epochs.read('strict')).toBe(7);
});

it('tells writers every number that may still be read under, also those that no sample fell into', async () => {
  const { clock, epochs, sample } = create();
  sample(row(5, 7));
  expect(epochs.inUse('strict')).toEqual([7, 6]);
  await clock.advance(licenceMs);
  expect(epochs.inUse('strict')).toEqual([7]);
  sample(row(5, 10));
  expect(epochs.inUse('strict')).toEqual([10, 9, 8, 7]);
  await clock.advance(licenceMs - 1);
  expect(epochs.inUse('strict')).toEqual([10, 9, 8, 7]);
  await clock.advance(1);
  expect(epochs.inUse('strict')).toEqual([10]);
  expect(epochs.inUse('generation')).toEqual([5]);
});

it('is not misled by an answer that was overtaken by a newer one', async () => {
  const { clock, epochs, sample, state } = create();
  await clock.advance(10);
  sample(row(5, 8), 5);
  sample(row(5, 7), 4);
  expect(epochs.read('strict')).toBe(8);
  expect(state.changes).toEqual([]);
});

it('moves a promoted server past the numbers that it has lost, and gives no licence until then', async () => {
  const { clock, epochs, sample, state } = create();
  sample(row(5, 8));
  await clock.advance(licenceMs + 1);
  sample(row(5, 7));
  expect(epochs.read('strict')).toBeUndefined();
  expect(state.changes).toHaveLength(1);
  sample(row(6, 9));
  expect([epochs.read('generation'), epochs.read('strict')]).toEqual([6, 9]);
});

it('reads nothing strict while another gateway talks to another Redis', async () => {
  const { epochs, sample, state } = create();
  sample(row(5, 7, 'a'));
  state.row = row(5, 8, 'b');
  await epochs.noteRedis('b');
  expect(epochs.read('strict')).toBe(8);
  sample(row(5, 9, 'c'));
  expect(epochs.read('strict')).toBeUndefined();
  expect(epochs.read('generation')).toBe(5);
  sample(row(5, 8, 'b'), 0);
  expect(epochs.read('strict')).toBeUndefined();
});
