import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { createL1 } from './l1.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const bounds = { maxEntries: 3, maxBytes: 10_000 };
const copied = (value: unknown) => ({ value, nonce: 'n', freshUntil: 1 });

describe('L1', () => {
  it('keeps a copy for as long as it was given', () => {
    const l1 = createL1(systemClock, bounds);
    l1.set('key', copied('value'), 10, 1_000);
    vi.advanceTimersByTime(999);
    expect(l1.get('key')).toMatchObject({ value: 'value' });
    vi.advanceTimersByTime(1);
    expect(l1.get('key')).toBeUndefined();
    expect(l1.size()).toBe(0);
  });

  it('tells known absent from not kept', () => {
    const l1 = createL1(systemClock, bounds);
    l1.set('absent', copied(undefined), 0, 1_000);
    expect(l1.get('absent')).toMatchObject({ value: undefined });
    expect(l1.get('unknown')).toBeUndefined();
  });

  it('keeps nothing that has no time left', () => {
    const l1 = createL1(systemClock, bounds);
    l1.set('key', copied('value'), 10, 0);
    expect(l1.size()).toBe(0);
  });

  it('is bounded in entries, dropping the one not read for longest', () => {
    const l1 = createL1(systemClock, bounds);
    for (const key of ['a', 'b', 'c']) l1.set(key, copied(key), 10, 1_000);
    l1.get('a');
    l1.set('d', copied('d'), 10, 1_000);
    expect(['a', 'b', 'c', 'd'].filter((key) => l1.get(key) !== undefined)).toEqual(['a', 'c', 'd']);
  });

  it('is bounded in bytes, and takes nothing larger than itself', () => {
    const l1 = createL1(systemClock, bounds);
    l1.set('a', copied('a'), 3_000, 1_000);
    l1.set('b', copied('b'), 3_000, 1_000);
    expect(l1.get('a')).toBeUndefined();
    l1.set('huge', copied('huge'), 6_000, 1_000);
    expect(l1.get('huge')).toBeUndefined();
  });
});
