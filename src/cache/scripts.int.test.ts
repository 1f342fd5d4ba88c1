import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { RedisReply } from '../redis/script.ts';
import { encodePayload, noRowVersion } from './entry.ts';
import { scripts } from './scripts.ts';
import { createRun } from './testing/entry-scripts.ts';
import { createGateway, uniqueApp, type Gateway } from './testing/gateway.ts';

const app = uniqueApp();
const leaseMs = 2_000;
const zero = '0'.repeat(16);
const lsn = (digit: string) => digit.padStart(16, '0');
const mine = 'a'.repeat(20);
const theirs = 'b'.repeat(20);
const payload = encodePayload({ text: 'value', freshUntil: 2e12, loadMs: 1, stamps: [] });

let gateway: Gateway;
let count = 0;
beforeAll(async () => (gateway = await createGateway({ url: inject('redisUrl'), app })));
afterAll(() => gateway.close());

const newKey = () => `${app}:${count++}`;
const run = createRun(() => gateway.redis);
const lease = (key: string, token = mine, unusable = '') => run(scripts.lease, key, token, leaseMs, unusable);
const fill = (key: string, at: string, token = mine, ttlMs = 60_000) =>
  run(scripts.fill, key, token, at, noRowVersion, ttlMs, payload);
const release = (key: string, token = mine) => run(scripts.release, key, token);
const invalidate = (key: string, at: string, { ttlMs = 30_000, conditional = false } = {}) =>
  run(scripts.invalidate, key, at, ttlMs, conditional ? '1' : '0', '', noRowVersion);
const get = (key: string) => run('get', key);
const lifeOf = async (key: string) => Number(await run('pttl', key));

describe('calls of one turn', () => {
  it('are each answered by their own key', async () => {
    const [free, filled, held] = [newKey(), newKey(), newKey()];
    await lease(filled, theirs);
    await fill(filled, lsn('5'), theirs);
    await lease(held, theirs);
    const [first, second, third] = (await Promise.all(
      [free, filled, held].map((key) => lease(key)),
    )) as readonly (readonly RedisReply[])[];
    expect(first).toEqual(['L', zero, noRowVersion]);
    expect(second).toEqual(['V', await get(filled)]);
    expect(third?.[0]).toBe('B');
    expect(await Promise.all([fill(free, lsn('1')), fill(held, lsn('1')), release(filled)])).toEqual([
      1, 0, 0,
    ]);
  });

  it('are refused alone', async () => {
    const [good, bad] = [newKey(), newKey()];
    const replies = await Promise.all([
      lease(good),
      run(scripts.lease, bad, mine, 'soon', '').catch((error: unknown) => error),
      lease(good, theirs),
    ]);
    expect(replies[0]).toEqual(['L', zero, noRowVersion]);
    expect(replies[1]).toBeInstanceOf(Error);
    expect((replies[2] as readonly RedisReply[])[0]).toBe('B');
    expect(await get(bad)).toBeNull();
  });
});

describe('RENEW', () => {
  const renew = (key: string, token = mine, ms = 10 * leaseMs) => run(scripts.renew, key, token, ms);

  it('prolongs a lease for its holder alone, and keeps the fence', async () => {
    const key = newKey();
    await invalidate(key, lsn('7'), { ttlMs: 100 });
    await lease(key);
    expect(await renew(key, theirs)).toBe(0);
    expect(await lifeOf(key)).toBeLessThanOrEqual(leaseMs);
    expect(await renew(key)).toBe(1);
    expect(await lifeOf(key)).toBeGreaterThan(5 * leaseMs);
    expect(((await lease(key, theirs)) as readonly RedisReply[]).slice(0, 2)).toEqual(['B', lsn('7')]);
    expect(await fill(key, lsn('6'))).toBe(0);
    expect(await fill(key, lsn('7'))).toBe(1);
  });

  it('does not bring back what an invalidation, a flush or the deadline took away', async () => {
    const key = newKey();
    expect(await renew(key)).toBe(0);
    await lease(key);
    await invalidate(key, lsn('7'));
    expect(await renew(key)).toBe(0);
    expect(await get(key)).toBe(`T${lsn('7')}${noRowVersion}`);
    await run('set', key, `L${zero}${noRowVersion}1700000000000${mine}`);
    expect(await renew(key)).toBe(0);
  });
});

describe('LEASE', () => {
  it('leases a key that does not exist, for as long as the lease', async () => {
    const key = newKey();
    expect(await lease(key)).toEqual(['L', zero, noRowVersion]);
    expect(await lifeOf(key)).toBeGreaterThan(leaseMs - 500);
    expect(await lifeOf(key)).toBeLessThanOrEqual(leaseMs);
  });

  it('is granted to one reader at a time, and tells the others how long to wait', async () => {
    const key = newKey();
    await lease(key);
    const [kind, fence, row, left] = (await lease(key, theirs)) as readonly RedisReply[];
    expect([kind, fence, row]).toEqual(['B', zero, noRowVersion]);
    expect(left).toBeGreaterThan(leaseMs - 500);
  });

  it('returns a value that was filled meanwhile', async () => {
    const key = newKey();
    await lease(key);
    await fill(key, lsn('1'));
    expect(await lease(key, theirs)).toEqual(['V', `V${lsn('1')}${noRowVersion}${mine}${payload}`]);
  });

  it('takes over a value that its reader cannot use, keeping the lsn of it as the fence', async () => {
    const key = newKey();
    await lease(key);
    await fill(key, lsn('7'));
    expect(await lease(key, theirs, `V${lsn('7')}${noRowVersion}${mine}`)).toEqual([
      'L',
      lsn('7'),
      noRowVersion,
    ]);
    expect(await fill(key, lsn('6'), theirs)).toBe(0);
  });

  it('keeps the fence and never shortens its life', async () => {
    const key = newKey();
    await invalidate(key, lsn('5'));
    expect(await lease(key)).toEqual(['L', lsn('5'), noRowVersion]);
    expect(await lifeOf(key)).toBeGreaterThan(29_000);
  });

  it('that has expired is taken over, with its fence', async () => {
    const key = newKey();
    await run('set', key, `L${lsn('5')}${noRowVersion}1000000000000${theirs}`, 'px', 30_000);
    expect(await lease(key)).toEqual(['L', lsn('5'), noRowVersion]);
    expect(await fill(key, lsn('5'), theirs)).toBe(0);
  });

  it('with a deadline that no clock here can have set does not block the key', async () => {
    const key = newKey();
    await run('set', key, `L${lsn('5')}${noRowVersion}9999999999999${theirs}`, 'px', 30_000);
    expect(await lease(key)).toEqual(['L', lsn('5'), noRowVersion]);
  });

  it.each(['rubbish', '__proto__', 'V', 'T123', `T${'z'.repeat(16)}`, `L${zero}`, `V${zero}short`])(
    'treats %s as absent',
    async (bytes) => {
      const key = newKey();
      await run('set', key, bytes);
      expect(await lease(key)).toEqual(['L', zero, noRowVersion]);
      expect(await lifeOf(key)).toBeGreaterThan(0);
    },
  );

  it('treats a key of another type as absent', async () => {
    const key = newKey();
    await run('rpush', key, 'x');
    expect(await lease(key)).toEqual(['L', zero, noRowVersion]);
    expect(await fill(key, zero)).toBe(1);
  });
});

describe('FILL', () => {
  it('stores under its own lease, with the life it was given', async () => {
    const key = newKey();
    await lease(key);
    expect(await fill(key, lsn('3'))).toBe(1);
    expect(await get(key)).toBe(`V${lsn('3')}${noRowVersion}${mine}${payload}`);
    expect(await lifeOf(key)).toBeGreaterThan(59_000);
  });

  it('is refused on an absent key', async () => {
    const key = newKey();
    await lease(key);
    await run('del', key);
    expect(await fill(key, lsn('3'))).toBe(0);
    expect(await get(key)).toBeNull();
  });

  it('is refused under the lease of another reader, under a value and under a fence', async () => {
    const key = newKey();
    await lease(key, theirs);
    expect(await fill(key, lsn('f'))).toBe(0);
    await fill(key, lsn('1'), theirs);
    expect(await fill(key, lsn('f'))).toBe(0);
    await invalidate(key, lsn('2'));
    expect(await fill(key, lsn('f'))).toBe(0);
  });

  it('is refused below the fence it was leased under, accepted at it', async () => {
    const key = newKey();
    await invalidate(key, lsn('5'));
    await lease(key);
    expect(await fill(key, lsn('4'))).toBe(0);
    expect(await fill(key, lsn('5'))).toBe(1);
  });

  it('does not let a short-lived value take the fence with it when it expires', async () => {
    const key = newKey();
    await invalidate(key, lsn('5'));
    await lease(key);
    await fill(key, lsn('5'), mine, 100);
    expect(await lifeOf(key)).toBeGreaterThan(29_000);
  });
});

describe('RELEASE', () => {
  it('makes the key free for the next reader at once', async () => {
    const key = newKey();
    await lease(key);
    expect(await release(key)).toBe(1);
    expect(await get(key)).toBeNull();
  });

  it('leaves the fence, with its life', async () => {
    const key = newKey();
    await invalidate(key, lsn('5'));
    await lease(key);
    await release(key);
    expect(await get(key)).toBe(`T${lsn('5')}${noRowVersion}`);
    expect(await lifeOf(key)).toBeGreaterThan(29_000);
  });

  it('does not touch what is not its own', async () => {
    const key = newKey();
    await lease(key, theirs);
    expect(await release(key)).toBe(0);
    await fill(key, lsn('1'), theirs);
    expect(await release(key, theirs)).toBe(0);
    expect(await get(key)).toContain('value');
  });
});

describe('INVALIDATE', () => {
  it('leaves a fence where there was nothing, a value, or a lease', async () => {
    const [absent, value, leased] = [newKey(), newKey(), newKey()];
    await lease(value);
    await fill(value, lsn('1'));
    await lease(leased);
    for (const key of [absent, value, leased]) {
      expect(await invalidate(key, lsn('5'))).toBe(1);
      expect(await get(key)).toBe(`T${lsn('5')}${noRowVersion}`);
      expect(await lifeOf(key)).toBeGreaterThan(29_000);
    }
  });

  it('takes the lease away, so that what was read before is refused', async () => {
    const key = newKey();
    await lease(key);
    await invalidate(key, lsn('5'));
    expect(await fill(key, lsn('9'))).toBe(0);
    await lease(key, theirs);
    expect(await fill(key, lsn('9'))).toBe(0);
  });

  it('lets a fence only grow, in lsn and in life', async () => {
    const key = newKey();
    await invalidate(key, lsn('9'), { ttlMs: 60_000 });
    await invalidate(key, lsn('5'), { ttlMs: 10_000 });
    expect(await get(key)).toBe(`T${lsn('9')}${noRowVersion}`);
    expect(await lifeOf(key)).toBeGreaterThan(59_000);
  });

  it('when conditional leaves alone what is as new', async () => {
    const [value, fence, leased] = [newKey(), newKey(), newKey()];
    await lease(value);
    await fill(value, lsn('5'));
    await invalidate(fence, lsn('5'));
    await invalidate(leased, lsn('5'));
    await lease(leased);
    for (const key of [value, fence, leased]) {
      const before = await get(key);
      expect(await invalidate(key, lsn('5'), { conditional: true })).toBe(0);
      expect(await get(key)).toBe(before);
      expect(await invalidate(key, lsn('6'), { conditional: true })).toBe(1);
      expect(await get(key)).toBe(`T${lsn('6')}${noRowVersion}`);
    }
  });

  it('when conditional still fences an absent key, which a slow reader may be about to fill', async () => {
    const key = newKey();
    expect(await invalidate(key, lsn('6'), { conditional: true })).toBe(1);
  });

  it('replaces a key of another type', async () => {
    const key = newKey();
    await run('hset', key, 'field', 'x');
    expect(await invalidate(key, lsn('6'))).toBe(1);
    expect(await get(key)).toBe(`T${lsn('6')}${noRowVersion}`);
  });
});
