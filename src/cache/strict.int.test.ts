import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import type { Redis } from '../redis/redis.ts';
import { RedisUnavailable } from '../redis/unavailable.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { allProtections } from './settings.ts';
import { createEpochTable, type EpochView } from './testing/epochs.ts';
import {
  createGateways,
  textPolicy,
  total,
  uniqueApp,
  type Gateway,
  type GatewayOptions,
} from './testing/gateway.ts';
import { readStrict, strictPolicy, writeStrict } from './testing/strict-writes.ts';
import { createTable, type Table } from './testing/table.ts';

const { start, close } = createGateways(inject('redisUrl'));
afterEach(close);

const unmarked = { ...allProtections, strict: false };

/** A row that a reading gateway has in Redis, and a gateway to write it. */
async function createScene(options: Partial<GatewayOptions> = {}, writer: Partial<GatewayOptions> = {}) {
  const epochs = createEpochTable();
  const [readerView, view] = [epochs.view(), epochs.view()];
  const app = uniqueApp();
  const reading = await start({ app, epochs: readerView, ...options });
  const writing = await start({ app, epochs: view, ...options, ...writer });
  const table = createTable({ row: 'old' });
  await warm(reading, table);
  const write = (change: { readonly dies?: boolean } = {}) =>
    writeStrict({ cache: writing.cache, table, epochs, view, id: 'row', value: 'new', ...change });
  return { epochs, reading, writing, readerView, view, table, write };
}

/** Reads until Redis has it. */
async function warm(gateway: Gateway, table: Table): Promise<void> {
  await readStrict(gateway.cache, table);
  await gateway.cache.idle();
  const loads = table.loads.length;
  await readStrict(gateway.cache, table);
  expect(table.loads).toHaveLength(loads);
}

/** A Redis that can be cut off from this gateway alone. */
function severable() {
  let isCut = false;
  return {
    cut: () => (isCut = true),
    around: (redis: Redis): Redis => ({
      ...redis,
      batch: (commands) => (isCut ? cutOff() : redis.batch(commands)),
      beforeReturn: (hook) =>
        redis.beforeReturn({
          ...hook,
          run: (batch, owns) => (isCut ? cutOff() : hook.run(batch, owns)),
        }),
    }),
  };
}

const cutOff = () => Promise.reject(new RedisUnavailable('cut off'));

describe('a writer that is killed between COMMIT and its invalidation', () => {
  it('leaves an entry that others read past, on the primary, without waiting or filling', async () => {
    const { reading, table, write } = await createScene();
    await write({ dies: true });
    for (let reads = 1; reads <= 3; reads++) {
      expect(await readStrict(reading.cache, table)).toBe('new');
      await reading.cache.idle();
      expect(table.loads).toHaveLength(1 + reads);
    }
    expect(table.loads.every(({ from }) => from === 'primary')).toBe(true);
    expect(await total(reading.metrics.cacheReads, { outcome: 'dirty' })).toBe(3);
  });

  it('whose claim has ended, leaves an entry that is cached again', async () => {
    const { reading, table, write } = await createScene({ settings: { markMs: 200 } });
    await write({ dies: true });
    await vi.waitFor(() => warm(reading, table), { timeout: 5_000 });
    expect(await readStrict(reading.cache, table)).toBe('new');
  });

  it('leaves the old row to be served without marks: the control', async () => {
    const { reading, table, write } = await createScene({ protections: unmarked });
    await write({ dies: true });
    expect(await readStrict(reading.cache, table)).toBe('old');
  });
});

describe('a write', () => {
  it('that is answered leaves an entry that is cached again at once', async () => {
    const { reading, table, write } = await createScene();
    expect(await write()).toBe(0);
    await warm(reading, table);
    expect(await readStrict(reading.cache, table)).toBe('new');
  });

  it('that is rolled back takes its marks away', async () => {
    const { reading, writing, table } = await createScene();
    const changed = [{ policy: strictPolicy, id: 'row' }];
    const mark = await writing.cache.mark(changed);
    expect(mark.complete).toBe(true);
    await readStrict(reading.cache, table);
    expect(await total(reading.metrics.cacheReads, { outcome: 'dirty' })).toBe(1);
    await writing.cache.unmark(mark, changed);
    await warm(reading, table);
  });

  it('of nothing strict is not marked and costs no round trip before COMMIT', async () => {
    const { writing } = await createScene();
    const trips = () => total(writing.metrics.redisRoundTrips);
    const before = await trips();
    expect(await writing.cache.mark([{ policy: textPolicy(), id: 'row' }])).toEqual({
      token: '',
      complete: true,
      answerAfterMs: 0,
    });
    expect(await trips()).toBe(before);
  });
});

describe('a writer that is cut off from Redis', () => {
  /** What another gateway reads when the write is answered, having sampled the epochs `agoMs` before the commit. */
  async function readAtTheAnswer(agoMs: number, protections = allProtections) {
    const link = severable();
    const clock = createFakeClock();
    const epochs = createEpochTable();
    const [readerView, view] = [epochs.view(clock), epochs.view()];
    const app = uniqueApp();
    const reading = await start({ app, epochs: readerView });
    const writing = await start({ app, epochs: view, around: link.around, protections });
    const table = createTable({ row: 'old' });
    await warm(reading, table);
    readerView.sample();
    await clock.advance(agoMs);
    link.cut();
    const waitMs = await writeStrict({ cache: writing.cache, table, epochs, view, id: 'row', value: 'new' });
    const beforeTheAnswer = await readStrict(reading.cache, table);
    await clock.advance(waitMs);
    const atTheAnswer = await readStrict(reading.cache, table);
    return { waitMs, beforeTheAnswer, atTheAnswer, reading, readerView, table };
  }

  it.each([0, 500, 999])(
    'is answered when no gateway reads the old row any more; sampled %i ms before',
    async (agoMs) => {
      const { waitMs, beforeTheAnswer, atTheAnswer } = await readAtTheAnswer(agoMs);
      // Without the wait, this is what would be read after the answer.
      expect(beforeTheAnswer).toBe('old');
      expect(waitMs).toBe(1_100);
      expect(atTheAnswer).toBe('new');
    },
  );

  it('is followed by reads past the cache, until the new epoch is seen', async () => {
    const { reading, readerView, table } = await readAtTheAnswer(0);
    const loads = table.loads.length;
    await readStrict(reading.cache, table);
    expect(table.loads).toHaveLength(loads + 1);
    readerView.sample();
    await warm(reading, table);
    expect(await readStrict(reading.cache, table)).toBe('new');
  });

  it('leaves the old row to be read without raise and wait: the control', async () => {
    const { waitMs, atTheAnswer } = await readAtTheAnswer(0, unmarked);
    expect([waitMs, atTheAnswer]).toEqual([0, 'old']);
  });
});

describe('an epoch that is raised while a write is under way', () => {
  const pinned = (view: EpochView, numbers: readonly number[]): EpochView => ({
    ...view,
    inUse: () => numbers,
  });

  /** After the mark, another gateway sees the new number and fills under it from before the commit. */
  async function raisedAfterTheMark(writerEpochs: (view: EpochView) => EpochView) {
    const epochs = createEpochTable();
    const [readerView, slowView, view] = [epochs.view(), epochs.view(), epochs.view()];
    const app = uniqueApp();
    const reading = await start({ app, epochs: readerView });
    const slow = await start({ app, epochs: slowView });
    const writing = await start({ app, epochs: writerEpochs(view) });
    const table = createTable({ row: 'old' });
    await warm(slow, table);
    let passes = 0;
    const pause = async () => {
      if (passes++ > 0) return;
      epochs.raise('strict');
      readerView.sample();
      await warm(reading, table);
    };
    await writeStrict({ cache: writing.cache, table, epochs, view, id: 'row', value: 'new', pause });
    return [await readStrict(reading.cache, table), await readStrict(slow.cache, table)];
  }

  it('is invalidated under the old number and the new', async () => {
    expect(await raisedAfterTheMark((view) => view)).toEqual(['new', 'new']);
  });

  it('is stale under the new one if only that of the mark is: the control', async () => {
    expect(await raisedAfterTheMark((view) => pinned(view, [1]))).toEqual(['old', 'new']);
  });

  /** The writer has seen the new number already; a slower gateway still reads under the old one. */
  async function raisedBeforeTheMark(writerEpochs: (view: EpochView) => EpochView) {
    const epochs = createEpochTable();
    const [slowView, view] = [epochs.view(), epochs.view()];
    const app = uniqueApp();
    const slow = await start({ app, epochs: slowView });
    const writing = await start({ app, epochs: writerEpochs(view) });
    const table = createTable({ row: 'old' });
    await warm(slow, table);
    epochs.raise('strict');
    view.sample();
    await writeStrict({ cache: writing.cache, table, epochs, view, id: 'row', value: 'new', dies: true });
    return readStrict(slow.cache, table);
  }

  it('is marked under the old number and the new', async () => {
    expect(await raisedBeforeTheMark((view) => view)).toBe('new');
  });

  it('is stale under the old one if only the new is marked: the control', async () => {
    expect(await raisedBeforeTheMark((view) => pinned(view, [2]))).toBe('old');
  });

  it.each([[[]], [[5, 4, 3, 2, 1]]])('cannot be marked where the numbers in use are %j', async (numbers) => {
    const view = pinned(createEpochTable().view(), numbers);
    const gateway = await start({ epochs: view });
    expect(await gateway.cache.mark([{ policy: strictPolicy, id: 'row' }])).toMatchObject({
      complete: false,
      answerAfterMs: 1_100,
    });
  });
});

describe('a Redis that the database does not know of', () => {
  it('is not read for strict entries, nor trusted with their marks, until it does', async () => {
    const view = createEpochTable().view();
    view.setReachable(false);
    const gateway = await start({
      epochs: view,
      settings: { heartbeatMs: 50 },
      around: (redis) => ({ ...redis, identity: () => 'redis-1' }),
    });
    const table = createTable({ row: 'row' });
    const ordinary = textPolicy();
    for (let reads = 1; reads <= 2; reads++) {
      await readStrict(gateway.cache, table);
      await gateway.cache.getMany(ordinary, ['row'], table.source);
      await gateway.cache.idle();
    }
    expect(table.loads.map(({ from }) => from)).toEqual(['primary', 'replica', 'primary']);
    const marking = () => gateway.cache.mark([{ policy: strictPolicy, id: 'row' }]);
    expect((await marking()).complete).toBe(false);

    view.setReachable(true);
    await vi.waitFor(async () => expect((await marking()).complete).toBe(true), { timeout: 5_000 });
    expect(view.noted).toEqual(['redis-1']);
  });
});

describe('a strict row that only a replica could give', () => {
  it('is answered and not stored', async () => {
    const gateway = await start();
    const table = createTable({ row: 'perhaps old' });
    const source: Table['source'] = {
      load: (keys, need) => table.source.load(keys, { ...need, primary: false }),
    };
    expect((await gateway.cache.getMany(strictPolicy, ['row'], source)).get('row')).toBe('perhaps old');
    await gateway.cache.idle();
    expect(await total(gateway.metrics.cacheFills, { outcome: 'from_replica' })).toBe(1);
    expect(await total(gateway.metrics.cacheFills)).toBe(1);
  });
});
