import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { crash } from './crash.ts';

it(
  'what a gateway committed before it was killed, and what was written in psql, is soon seen; strict rows at once',
  { timeout: 180_000 },
  async () => {
    const { checks } = await runProof(crash, { options: { kills: 3, writes: 8 } });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
