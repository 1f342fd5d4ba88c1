import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { decodeEntry, encodePayload, noRowVersion, toRowVersion } from './entry.ts';
import { scripts } from './scripts.ts';
import { createRun } from './testing/entry-scripts.ts';
import { createGateway, uniqueApp, type Gateway } from './testing/gateway.ts';

const app = uniqueApp();
const leaseMs = 2_000;
const zero = '0'.repeat(16);
const lsn = (digit: string) => digit.padStart(16, '0');
const mine = 'a'.repeat(20);
const theirs = 'b'.repeat(20);
const newer = 'c'.repeat(20);
const payload = encodePayload({ text: 'value', freshUntil: 2e12, loadMs: 1, stamps: [] });

let gateway: Gateway;
let count = 0;
beforeAll(async () => (gateway = await createGateway({ url: inject('redisUrl'), app })));
afterAll(() => gateway.close());

const newKey = () => `${app}:${count++}`;
const run = createRun(() => gateway.redis);
const lease = (key: string) => run(scripts.lease, key, mine, leaseMs, '');
const fill = (key: string, at: string, token = mine, ttlMs = 60_000) =>
  run(scripts.fill, key, token, at, noRowVersion, ttlMs, payload);
const invalidate = (key: string, at: string) =>
  run(scripts.invalidate, key, at, 30_000, '0', '', noRowVersion);
const claim = (key: string, seen = mine, token = theirs, ms = leaseMs) =>
  run(scripts.claim, key, seen, token, ms);
const refresh = (key: string, at: string, token = theirs, ttlMs = 60_000) =>
  run(scripts.refresh, key, token, at, noRowVersion, newer, ttlMs, payload);
const unclaim = (key: string, pauseMs: number, token = theirs) => run(scripts.unclaim, key, token, pauseMs);
const get = (key: string) => run('get', key);
const lifeOf = async (key: string) => Number(await run('pttl', key));

describe('CLAIM', () => {
  async function filled(at = lsn('5'), ttlMs = 60_000): Promise<string> {
    const key = newKey();
    await lease(key);
    await fill(key, at, mine, ttlMs);
    return key;
  }

  it('is granted once; the value stays readable, with its lsn and its life', async () => {
    const key = await filled();
    expect(await claim(key)).toEqual(['L', lsn('5')]);
    expect(decodeEntry(String(await get(key)))).toMatchObject({
      kind: 'value',
      head: `V${lsn('5')}${noRowVersion}${theirs}`,
      payload: { text: 'value', freshUntil: 2e12 },
    });
    expect(await lifeOf(key)).toBeGreaterThan(50_000);
    expect(await claim(key)).toEqual(['V', await get(key)]);
    expect(await claim(key, theirs, newer)).toEqual(['B', lsn('5')]);
  });

  it('is refused where there is no value', async () => {
    const key = newKey();
    expect(await claim(key)).toEqual(['T', zero]);
    await invalidate(key, lsn('7'));
    expect(await claim(key)).toEqual(['T', lsn('7')]);
    await lease(key);
    expect(await claim(key)).toEqual(['T', lsn('7')]);
  });

  it('passes on when it has run out, and leaves one mark only', async () => {
    const key = await filled();
    await claim(key, mine, theirs, 1);
    await expect
      .poll(() => claim(key, theirs, newer), { timeout: 5_000, interval: 5 })
      .toEqual(['L', lsn('5')]);
    expect(decodeEntry(String(await get(key)))).toMatchObject({ kind: 'value', payload: { text: 'value' } });
    expect(await refresh(key, lsn('6'))).toBe(0);
    expect(await refresh(key, lsn('6'), newer)).toBe(1);
  });

  it('by another clock is void', async () => {
    const key = await filled();
    await run('set', key, `V${lsn('5')}${noRowVersion}${mine}c9999999999999${payload}`);
    expect(await claim(key)).toEqual(['L', lsn('5')]);
  });

  it('lets the value go on after the source has failed, and nobody try for a while', async () => {
    const key = await filled();
    await claim(key);
    expect(await unclaim(key, 60_000, newer)).toBe(0);
    expect(await unclaim(key, leaseMs)).toBe(1);
    expect(await claim(key, theirs, newer)).toEqual(['E', lsn('5')]);
    expect(decodeEntry(String(await get(key)))).toMatchObject({ kind: 'value', payload: { text: 'value' } });
    expect(await refresh(key, lsn('4'))).toBe(0);
  });

  it('given back unused is free at once', async () => {
    const key = await filled();
    await claim(key);
    expect(await unclaim(key, 0)).toBe(1);
    expect(await claim(key, theirs, newer)).toEqual(['L', lsn('5')]);
    expect(await unclaim(key, 0)).toBe(0);
  });
});

describe('REFRESH', () => {
  async function claimed(): Promise<string> {
    const key = newKey();
    await lease(key);
    await fill(key, lsn('5'));
    await claim(key);
    return key;
  }

  it('stores under the claim, at the same lsn or later, under a nonce of its own', async () => {
    const key = await claimed();
    expect(await refresh(key, lsn('5'))).toBe(1);
    expect(await get(key)).toBe(`V${lsn('5')}${noRowVersion}${newer}${payload}`);
  });

  it('is refused below the lsn of the value, and below its row version', async () => {
    const key = await claimed();
    expect(await refresh(key, lsn('4'))).toBe(0);
    await run('set', key, `V${lsn('5')}${toRowVersion(3)}${theirs}${payload}`);
    expect(await refresh(key, lsn('9'))).toBe(0);
  });

  it('is refused behind an invalidation, a fill after it, and a flush', async () => {
    const key = await claimed();
    await invalidate(key, lsn('6'));
    expect(await refresh(key, lsn('9'))).toBe(0);
    await lease(key);
    await fill(key, lsn('6'));
    expect(await refresh(key, lsn('9'))).toBe(0);
    await run('del', key);
    expect(await refresh(key, lsn('9'))).toBe(0);
  });

  it('never shortens the life of what keeps an lsn', async () => {
    const key = await claimed();
    expect(await refresh(key, lsn('6'), theirs, 1_000)).toBe(1);
    expect(await lifeOf(key)).toBeGreaterThan(30_000);
  });
});

describe('STAMP and TOUCH', () => {
  const stamp = (key: string, nonce = mine, ttlMs = 100_000) => run(scripts.stamp, key, nonce, ttlMs);
  const touch = (key: string, at: string, nonce = theirs, conditional = false) =>
    run(scripts.touch, key, at, nonce, 30_000, conditional ? '1' : '0');

  it('the first makes the stamp, the others get it', async () => {
    const key = newKey();
    expect(await stamp(key)).toBe(`S${zero}${mine}`);
    expect(await stamp(key, theirs)).toBe(`S${zero}${mine}`);
  });

  it.each(['', 'S', `S${zero}${mine}0`, `T${zero}${noRowVersion}`, `S${zero}${'x'.repeat(20)}`])(
    'replace what is no stamp: %j',
    async (bytes) => {
      const key = newKey();
      await run('set', key, bytes);
      expect(await stamp(key)).toBe(`S${zero}${mine}`);
      await run('set', key, bytes);
      expect(await touch(key, lsn('1'))).toBe(1);
      expect(await get(key)).toBe(`S${lsn('1')}${theirs}`);
    },
  );

  it('prolong the life when less than half is left, and never shorten it', async () => {
    const key = newKey();
    await stamp(key, mine, 40_000);
    await stamp(key, mine, 60_000);
    expect(await lifeOf(key)).toBeLessThanOrEqual(40_000);
    await stamp(key, mine, 100_000);
    expect(await lifeOf(key)).toBeGreaterThan(90_000);
    await touch(key, lsn('1'));
    expect(await lifeOf(key)).toBeGreaterThan(80_000);
  });

  it('a touch makes another nonce and keeps the later lsn; a conditional one only where it brings a later lsn', async () => {
    const key = newKey();
    await touch(key, lsn('5'), mine);
    await touch(key, lsn('4'), theirs);
    expect(await get(key)).toBe(`S${lsn('5')}${theirs}`);
    expect(await touch(key, lsn('5'), newer, true)).toBe(0);
    expect(await touch(key, lsn('6'), newer, true)).toBe(1);
    expect(await get(key)).toBe(`S${lsn('6')}${newer}`);
  });
});
