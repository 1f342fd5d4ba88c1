import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { transfers } from './transfers.ts';

it(
  'transfers make and lose no money and show no old balance, though invalidations are lost; unclaimed they do',
  { timeout: 240_000 },
  async () => {
    const { checks } = await runProof(transfers, { options: { transfers: 100 } });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
