import { expect, it } from 'vitest';
import { runProof } from './proof.ts';
import { stalePrice } from './stale-price.ts';

it('nobody is shown an old price, and without the fence everybody is', { timeout: 120_000 }, async () => {
  // Ten times the bound in time: here only its order of magnitude is asserted.
  const { checks, figures } = await runProof(stalePrice, { options: { rounds: 12, 'bus-ms': 500 } });
  expect(checks.filter((check) => !check.holds)).toEqual([]);
  expect(checks.find(({ what }) => what === 'rounds with an old price')?.control?.fails).toBe(true);
  expect(checks.find(({ what }) => what === 'rounds with an old text')?.control?.fails).toBe(true);
  expect(figures).toMatchObject({ found: { rounds: 12 } });
});
