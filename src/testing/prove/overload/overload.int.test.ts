import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { overload } from './overload.ts';

it(
  'a flood is turned away and does not slow down who is let in; unbounded it does',
  { timeout: 120_000 },
  async () => {
    // Patient with a busy machine; without the bound an answer takes several times as long.
    const { checks } = await runProof(overload, { options: { seconds: 2, ms: 2_500, 'shed-ms': 3_000 } });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
