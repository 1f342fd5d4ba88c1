import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { cost } from './cost.ts';

it(
  'no generated operation comes to more than its estimate, unless variables are not looked at',
  { timeout: 60_000 },
  async () => {
    const { checks } = await runProof(cost, {
      seed: 2,
      options: { operations: 150, sent: 0, objects: 1_000 },
    });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
