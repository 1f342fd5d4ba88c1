import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { deliveries } from './deliveries.ts';

it(
  'workers that are killed lose no delivery, and repeat at most what was in flight',
  { timeout: 240_000 },
  async () => {
    const { checks } = await runProof(deliveries, { options: { deliveries: 300, kills: 1 } });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
