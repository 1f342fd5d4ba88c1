import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { decodeEntry } from './entry.ts';
import {
  createEntryScripts,
  fenceOf,
  lsnOf,
  rowOf,
  tokenOf,
  valueOf,
  zero,
} from './testing/entry-scripts.ts';
import { createGateway, uniqueApp, type Gateway } from './testing/gateway.ts';

const app = uniqueApp();
const [mine, theirs, reader] = [tokenOf(1), tokenOf(2), tokenOf(3)];
const nobody = '0'.repeat(20);
const past = '1000000000000';

let gateway: Gateway;
let count = 0;
beforeAll(async () => (gateway = await createGateway({ url: inject('redisUrl'), app })));
afterAll(() => gateway.close());

const newKey = () => `${app}:${count++}`;
const { run, get, set, lifeOf, lease, fill, dirty, clean, invalidate } = createEntryScripts(
  () => gateway.redis,
);

/** Tokens of the claims of a dirty entry, and the rest of it. */
async function claimsOf(key: string) {
  const bytes = String(await get(key));
  expect(decodeEntry(bytes).kind).toBe('dirty');
  const tokens = (bytes.slice(29).match(/.{33}/g) ?? []).map((claim) => claim.slice(13));
  return { head: bytes.slice(0, 29), tokens };
}

describe('DIRTY', () => {
  it('claims an absent key for as long as it says', async () => {
    const key = newKey();
    expect(await dirty(key, mine, 5_000)).toBe(1);
    expect(await claimsOf(key)).toEqual({ head: `D${zero}${rowOf(0)}`, tokens: [mine] });
    expect(await lifeOf(key)).toBeGreaterThan(4_000);
    expect(await lifeOf(key)).toBeLessThanOrEqual(5_000);
  });

  it.each([
    ['a value', valueOf(7, 3, theirs, 'old')],
    ['a fence', fenceOf(7, 3)],
    ['a lease', `L${lsnOf(7)}${rowOf(3)}9999999999999${theirs}`],
  ])('keeps lsn and row version of %s, with the life of a fence', async (_, bytes) => {
    const key = newKey();
    await set(key, bytes, 100);
    await dirty(key, mine, 50);
    expect(await claimsOf(key)).toEqual({ head: `D${lsnOf(7)}${rowOf(3)}`, tokens: [mine] });
    expect(await lifeOf(key)).toBeGreaterThan(29_000);
  });

  it('never shortens the life that the key had', async () => {
    const key = newKey();
    await set(key, fenceOf(7), 90_000);
    await dirty(key, mine, 50);
    expect(await lifeOf(key)).toBeGreaterThan(89_000);
  });

  it('takes the lease away, so that what was read before is refused', async () => {
    const key = newKey();
    await lease(key, reader);
    await dirty(key, mine);
    expect(await fill(key, reader, 9, 0, 'old')).toBe(0);
  });

  it('counts each writer once, and forgets those whose time is over', async () => {
    const key = newKey();
    await set(key, `D${lsnOf(1)}${rowOf(0)}${past}${tokenOf(9)}`);
    await dirty(key, mine);
    await dirty(key, theirs);
    await dirty(key, mine);
    expect((await claimsOf(key)).tokens).toEqual([theirs, mine]);
  });

  it('lets more writers than it can name share a claim that none of them takes away', async () => {
    const key = newKey();
    const writers = Array.from({ length: 40 }, (_, index) => tokenOf(100 + index));
    for (const token of writers) await dirty(key, token);
    const { tokens } = await claimsOf(key);
    expect(tokens).toEqual([...writers.slice(0, 31), nobody]);
    for (const token of writers) await invalidate(key, 5, { token });
    expect((await claimsOf(key)).tokens).toEqual([nobody]);
    expect(await lease(key, reader)).toEqual(['D', lsnOf(5)]);
  });

  it.each(['rubbish', `D${zero}`, `D${zero}${'0'.repeat(12)}`, `D${zero}${'0'.repeat(12)}${past}${mine}x`])(
    'treats %s as absent',
    async (bytes) => {
      const key = newKey();
      await set(key, bytes);
      await dirty(key, mine);
      expect(await claimsOf(key)).toEqual({ head: `D${zero}${rowOf(0)}`, tokens: [mine] });
    },
  );

  it('replaces a key of another type', async () => {
    const key = newKey();
    await run('rpush', key, 'x');
    await dirty(key, mine);
    expect((await claimsOf(key)).tokens).toEqual([mine]);
  });
});

describe('CLEAN', () => {
  it('leaves nothing where there was nothing', async () => {
    const key = newKey();
    await dirty(key, mine);
    expect(await clean(key, mine)).toBe(1);
    expect(await get(key)).toBeNull();
  });

  it('leaves the fence, with its life', async () => {
    const key = newKey();
    await set(key, valueOf(7, 3, theirs, 'row'));
    await dirty(key, mine);
    await clean(key, mine);
    expect(await get(key)).toBe(fenceOf(7, 3));
    expect(await lifeOf(key)).toBeGreaterThan(29_000);
  });

  it('leaves the claims of others', async () => {
    const key = newKey();
    await dirty(key, mine);
    await dirty(key, theirs);
    await clean(key, mine);
    expect((await claimsOf(key)).tokens).toEqual([theirs]);
  });

  it.each([fenceOf(5), 'rubbish', valueOf(5, 0, mine, 'row')])('does not touch %s', async (bytes) => {
    const key = newKey();
    await set(key, bytes);
    expect(await clean(key, mine)).toBe(0);
    expect(await get(key)).toBe(bytes);
  });

  it('does not touch what it has not claimed, nor a key of another type', async () => {
    const [claimed, list] = [newKey(), newKey()];
    await dirty(claimed, theirs);
    expect(await clean(claimed, mine)).toBe(0);
    await run('rpush', list, 'x');
    expect(await clean(list, mine)).toBe(0);
    expect(await run('lrange', list, 0, -1)).toEqual(['x']);
  });
});

describe('INVALIDATE of a dirty entry', () => {
  it('takes the own claim away and leaves the fence', async () => {
    const key = newKey();
    await dirty(key, mine);
    expect(await invalidate(key, 5, { token: mine })).toBe(1);
    expect(await get(key)).toBe(fenceOf(5));
  });

  it('leaves it dirty, under the new fence, while another writer claims it; to repeat it changes nothing', async () => {
    const key = newKey();
    await dirty(key, mine);
    await dirty(key, theirs);
    for (let times = 0; times < 2; times++) {
      await invalidate(key, 5, { token: mine });
      expect(await claimsOf(key)).toEqual({ head: `D${lsnOf(5)}${rowOf(0)}`, tokens: [theirs] });
    }
  });

  it('by somebody who has not claimed it leaves the claims', async () => {
    const key = newKey();
    await dirty(key, mine);
    await invalidate(key, 5);
    expect((await claimsOf(key)).tokens).toEqual([mine]);
  });

  it('when conditional takes away the claim of a writer that has died, also where the fence is as new', async () => {
    const key = newKey();
    await invalidate(key, 9);
    await dirty(key, mine);
    await invalidate(key, 5, { token: mine, conditional: true });
    expect(await get(key)).toBe(fenceOf(9));
  });
});

describe('LEASE of a dirty entry', () => {
  it('is not granted, and tells the fence', async () => {
    const key = newKey();
    await invalidate(key, 5);
    await dirty(key, mine);
    expect(await lease(key, reader)).toEqual(['D', lsnOf(5)]);
    expect((await claimsOf(key)).tokens).toEqual([mine]);
  });

  it('is granted when the last claim has ended', async () => {
    const key = newKey();
    await set(key, `D${lsnOf(5)}${rowOf(2)}${past}${mine}${past}${theirs}`);
    expect(await lease(key, reader)).toEqual(['L', lsnOf(5), rowOf(2)]);
    expect(await fill(key, reader, 5, 2, 'row')).toBe(1);
  });

  it('is granted after a while by itself', async () => {
    const key = newKey();
    await dirty(key, mine, 100);
    await vi.waitFor(async () => expect(await lease(key, reader)).toContain('L'), { timeout: 5_000 });
  });
});
