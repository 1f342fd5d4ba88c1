import { expect, it } from 'vitest';
import { runProof } from './proof.ts';
import { signOut } from './sign-out.ts';

it(
  'what was taken away on one gateway is refused by another at once, and bad tokens cost nothing',
  { timeout: 120_000 },
  async () => {
    const { checks } = await runProof(signOut, { options: { rounds: 4 } });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
