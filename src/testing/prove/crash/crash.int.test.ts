import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { crash } from './crash.ts';

it(
  'what a gateway committed before it was killed, and what was written in psql, is soon seen; strict rows at once',
  { timeout: 180_000 },
  async () => {
    const options = { kills: 2, writes: 4, ms: 5_000, 'watch-ms': 1_000 };
    const { checks } = await runProof(crash, { options });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
