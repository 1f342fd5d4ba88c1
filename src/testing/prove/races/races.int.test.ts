import { expect, it } from 'vitest';
import { runProof, type Verdict } from '../proof.ts';
import { races } from './races.ts';

const small = () => runProof(races, { seed: 7, options: { schedules: 200 } });

it(
  'no schedule reads an old row with leases and fences, or with marks; without them many do',
  { timeout: 120_000 },
  async () => {
    const { checks, json } = await small();
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails !== true)).toEqual([]);
    const { modes } = json as Report;
    expect(Object.keys(modes)).toEqual(['naive', 'leaseWithoutFence', 'full', 'strictWithLoss']);
    expect(modes['full']).toMatchObject({ schedules: 200, stale: 0 });
    expect(modes['strictWithLoss']).toMatchObject({ schedules: 200, stale: 0 });
    expect(modes['naive']?.stale).toBeGreaterThan(20);
    expect(modes['leaseWithoutFence']?.stale).toBeGreaterThan(10);
  },
);

it('a seed decides every figure', { timeout: 120_000 }, async () => {
  const figures = ({ figures: all }: Verdict) => all;
  expect(figures(await small())).toEqual(figures(await small()));
});

interface Report {
  readonly seed: number;
  readonly modes: Readonly<
    Record<string, { readonly schedules: number; readonly steps: number; readonly stale: number }>
  >;
}
