import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { optOut } from './opt-out.ts';

it('an opt-out holds for the next send through the other gateway', { timeout: 240_000 }, async () => {
  const { checks } = await runProof(optOut, { options: { rounds: 80 } });
  expect(checks.filter((check) => !check.holds)).toEqual([]);
  expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
});
