import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { buyers } from './buyers.ts';

it(
  'a crowd of buyers over two processes orders exactly what is left, and sees at once that it is gone',
  { timeout: 240_000 },
  async () => {
    const { checks } = await runProof(buyers, { options: { gateways: 2, buyers: 60, items: 10 } });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
