import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { stampede } from './stampede.ts';

it(
  'many misses over four processes are one statement, two when its reader is killed; without leases more',
  { timeout: 180_000 },
  async () => {
    const { checks } = await runProof(stampede, { options: { requests: 80 } });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
