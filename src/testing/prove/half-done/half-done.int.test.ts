import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { halfDone } from './half-done.ts';

it(
  'of a gateway killed within a paid check-out everything is left or nothing, and a repeat makes it whole',
  { timeout: 240_000 },
  async () => {
    const { checks } = await runProof(halfDone, { options: { kills: 3 } });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
