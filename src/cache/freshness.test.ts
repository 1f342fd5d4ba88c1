import { describe, expect, it } from 'vitest';
import { seededRandom } from '../clock/random.ts';
import { afterlifeOf, ageOf, isDueEarly } from './freshness.ts';
import { textPolicy } from './testing/gateway.ts';

const policy = textPolicy({ staleForMs: 100, staleIfErrorMs: 1_000 });
const agesOf = (which: typeof policy, text: string | undefined) =>
  [-1, 0, 99, 100, 1_099, 1_100].map((pastMs) => ageOf(which, { text, freshUntil: 10_000 }, 10_000 + pastMs));

describe('a value', () => {
  it('is fresh, then in its grace, then for errors only, then nothing', () => {
    expect(agesOf(policy, 'x')).toEqual(['fresh', 'grace', 'grace', 'fallback', 'fallback', 'over']);
    expect(afterlifeOf(policy, 'x')).toBe(1_100);
  });

  it('known to be absent, or strict, is nothing once it is not fresh', () => {
    const over = ['fresh', 'over', 'over', 'over', 'over', 'over'];
    expect(agesOf(policy, undefined)).toEqual(over);
    expect(agesOf({ ...policy, strict: true }, 'x')).toEqual(over);
    expect(afterlifeOf(policy, undefined)).toBe(0);
  });
});

describe('a refresh ahead', () => {
  const share = (leftMs: number, loadMs: number, beta = 1) => {
    const random = seededRandom(7);
    const payload = { freshUntil: 10_000, loadMs };
    const due = Array.from({ length: 2_000 }, () => isDueEarly(payload, 10_000 - leftMs, beta, random));
    return due.filter(Boolean).length / due.length;
  };

  it('becomes likely towards the end: e to the power of minus the loads that are left', () => {
    for (const loads of [0.5, 1, 2, 3]) expect(share(loads * 50, 50)).toBeCloseTo(Math.exp(-loads), 1);
    expect(share(5_000, 50)).toBe(0);
  });

  it('grows with beta, and ceases with zero', () => {
    expect(share(100, 50, 4)).toBeGreaterThan(share(100, 50, 1));
    expect(share(1, 50, 0)).toBe(0);
  });
});
