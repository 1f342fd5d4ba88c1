import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createEntryScripts, fenceOf, lsnOf, rowOf, tokenOf, valueOf } from './testing/entry-scripts.ts';
import { createGateway, uniqueApp, type Gateway } from './testing/gateway.ts';

const app = uniqueApp();
const [mine, theirs, reader] = [tokenOf(1), tokenOf(2), tokenOf(3)];

let gateway: Gateway;
let count = 0;
beforeAll(async () => (gateway = await createGateway({ url: inject('redisUrl'), app })));
afterAll(() => gateway.close());

const newKey = () => `${app}:${count++}`;
const { run, get, set, lifeOf, lease, fill, dirty, invalidate, put } = createEntryScripts(
  () => gateway.redis,
);
const written = { lsn: 20, before: 12, row: 5, nonce: mine, text: 'new' };

describe('PUT', () => {
  it('stores over an older state of the row, labelled with what the value contains', async () => {
    const key = newKey();
    await set(key, valueOf(10, 4, theirs, 'old'));
    expect(await put(key, written)).toBe(1);
    expect(await get(key)).toBe(valueOf(12, 5, mine, 'new'));
    expect(await lifeOf(key)).toBeGreaterThan(59_000);
  });

  it('keeps a label that says more', async () => {
    const key = newKey();
    await set(key, valueOf(14, 4, theirs, 'old'));
    await put(key, written);
    expect(await get(key)).toBe(valueOf(14, 5, mine, 'new'));
  });

  it('lives as long as a fence at least, being the one that remembers the version', async () => {
    const key = newKey();
    await set(key, valueOf(10, 4, theirs, 'old'));
    await put(key, { ...written, ttlMs: 100 });
    expect(await lifeOf(key)).toBeGreaterThan(29_000);
  });

  it.each([5, 6])('leaves alone a value of version %i', async (row) => {
    const key = newKey();
    await set(key, valueOf(10, row, theirs, 'as new'));
    expect(await put(key, written)).toBe(0);
    expect(await get(key)).toBe(valueOf(10, row, theirs, 'as new'));
  });

  it.each([
    ['nothing', undefined, fenceOf(20, 5)],
    ['an older fence', fenceOf(10, 4), fenceOf(20, 5)],
    ['a newer fence', fenceOf(30, 6), fenceOf(30, 6)],
    ['a lease', `L${lsnOf(10)}${rowOf(4)}9999999999999${theirs}`, fenceOf(20, 5)],
    ['known absent, which may be newer', valueOf(10, 0, theirs, undefined), fenceOf(20, 5)],
    ['rubbish', 'rubbish', fenceOf(20, 5)],
  ])('leaves a fence and the version where there was %s', async (_, bytes, expected) => {
    const key = newKey();
    if (bytes !== undefined) await set(key, bytes);
    expect(await put(key, written)).toBe(2);
    expect(await get(key)).toBe(expected);
    expect(await lifeOf(key)).toBeGreaterThan(29_000);
  });

  it('replaces a key of another type by a fence', async () => {
    const key = newKey();
    await run('hset', key, 'field', 'x');
    expect(await put(key, written)).toBe(2);
    expect(await get(key)).toBe(fenceOf(20, 5));
  });

  it('leaves the claims of a dirty entry', async () => {
    const key = newKey();
    await dirty(key, theirs);
    await put(key, written);
    expect(await lease(key, reader)).toEqual(['D', lsnOf(20)]);
  });
});

describe('the version that PUT leaves behind', () => {
  it('refuses what is older, whatever its label, and gives the lease back', async () => {
    const key = newKey();
    await put(key, written);
    expect(await lease(key, reader)).toEqual(['L', lsnOf(20), rowOf(5)]);
    expect(await fill(key, reader, 99, 4, 'old')).toBe(0);
    expect(await get(key)).toBe(fenceOf(20, 5));
    await lease(key, reader);
    expect(await fill(key, reader, 20, 5, 'new')).toBe(1);
  });

  it('outlives an invalidation by a writer that committed before and comes late', async () => {
    const key = newKey();
    await set(key, valueOf(10, 4, theirs, 'old'));
    await put(key, written);
    await invalidate(key, 11);
    expect(await get(key)).toBe(fenceOf(12, 5));
  });
});

describe('a conditional INVALIDATE', () => {
  it('with a row version leaves alone a value that has it, though its label lies before the commit', async () => {
    const key = newKey();
    await set(key, valueOf(12, 5, mine, 'new'));
    expect(await invalidate(key, 20, { conditional: true, row: 5 })).toBe(0);
    expect(await invalidate(key, 20, { conditional: true, row: 4 })).toBe(0);
    expect(await get(key)).toBe(valueOf(12, 5, mine, 'new'));
    expect(await invalidate(key, 20, { conditional: true, row: 6 })).toBe(1);
    expect(await get(key)).toBe(fenceOf(20, 6));
  });

  it('without one goes by the label', async () => {
    const key = newKey();
    await set(key, valueOf(12, 5, mine, 'new'));
    expect(await invalidate(key, 12, { conditional: true })).toBe(0);
    expect(await invalidate(key, 13, { conditional: true })).toBe(1);
    expect(await get(key)).toBe(fenceOf(13, 5));
  });

  it('fences a lease below it, whatever version is asked of the reader', async () => {
    const key = newKey();
    await put(key, written);
    await lease(key, reader);
    expect(await invalidate(key, 21, { conditional: true, row: 5 })).toBe(1);
  });
});
