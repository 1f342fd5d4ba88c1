import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from '../../src/clock/random.ts';
import { createPrices } from './prices.ts';

const firstPriceMinor = 1_000;

const pricesFor = (share: number, now = () => 0, seed = 1) =>
  createPrices({ ...{ share, firstPriceMinor, now }, random: seededRandom(seed) });

/** Answers by `read`, after `write`, as requests that come one after the other; how many of the reads are stale. */
function staleOf(server: ReturnType<typeof honestServer>, places: readonly number[]): number {
  const prices = pricesFor(0.5);
  let stale = 0;
  for (const place of places) {
    const turn = prices.turn(place);
    if (turn.kind === 'write') {
      server.write(place, turn.priceMinor);
      turn.end(true);
    } else if (turn.staleForMs(server.read(place)) !== undefined) {
      stale += 1;
    }
  }
  return stale;
}

function honestServer() {
  const rows = new Map<number, number>();
  return {
    write: (place: number, priceMinor: number) => void rows.set(place, priceMinor),
    read: (place: number) => rows.get(place) ?? firstPriceMinor,
  };
}

/** It never forgets what it was asked for once. */
function cachingServer(): ReturnType<typeof honestServer> {
  const { write, read } = honestServer();
  const cached = new Map<number, number>();
  return {
    write,
    read(place) {
      const known = cached.get(place) ?? read(place);
      cached.set(place, known);
      return known;
    },
  };
}

const places = fc.array(fc.nat(4), { minLength: 60, maxLength: 200 });

it('a server that answers what was written is never found to be stale', () => {
  fc.assert(fc.property(places, (some) => staleOf(honestServer(), some) === 0));
});

it('one that answers what it has cached is found out', () => {
  const some = Array.from({ length: 100 }, (_, index) => index % 5);
  expect(staleOf(cachingServer(), some)).toBeGreaterThan(0);
});

it('a read that was asked for before a write was acknowledged may be older than it', () => {
  const prices = pricesFor(1);
  const write = prices.turn(0);
  const before = prices.turn(0);
  if (write.kind !== 'write' || before.kind !== 'read') throw new Error('a write, and a read beside it');
  write.end(true);
  const after = createReadAfter(prices);
  expect(before.staleForMs(firstPriceMinor)).toBeUndefined();
  expect(after.staleForMs(firstPriceMinor)).toBeDefined();
});

/** While another write of the same key is under way, it is read. */
function createReadAfter(prices: ReturnType<typeof createPrices>) {
  prices.turn(0);
  const read = prices.turn(0);
  if (read.kind !== 'read') throw new Error('two writes of one key at once');
  return read;
}

it('a write that was refused leaves nothing that must be read', () => {
  const prices = pricesFor(1);
  const refused = prices.turn(0);
  if (refused.kind !== 'write') throw new Error('a write');
  refused.end(false);
  expect(createReadAfter(prices).staleForMs(firstPriceMinor)).toBeUndefined();
});

it('as many requests write as are to, though no key is written twice at once', () => {
  const prices = pricesFor(0.1, () => 0, 2);
  const open: (() => void)[] = [];
  let writes = 0;
  for (let request = 0; request < 20_000; request += 1) {
    const turn = prices.turn(request % 3);
    if (turn.kind === 'write') {
      writes += 1;
      open.push(() => turn.end(true));
    }
    if (request % 5 === 0) open.shift()?.();
  }
  expect(writes / 20_000).toBeCloseTo(0.1, 2);
});

it('an answer has been untrue since the first write that it misses', () => {
  let now = 0;
  const prices = pricesFor(1, () => now);
  for (const at of [10, 20, 30]) {
    const write = prices.turn(0);
    if (write.kind !== 'write') throw new Error('a write');
    now = at;
    write.end(true);
  }
  now = 100;
  const read = createReadAfter(prices);
  const untrue = [0, 1, 2, 3].map((missing) => read.staleForMs(firstPriceMinor + missing));
  expect(untrue).toEqual([90, 80, 70, undefined]);
});
