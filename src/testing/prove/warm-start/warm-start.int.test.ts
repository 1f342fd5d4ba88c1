import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { warmStart } from './warm-start.ts';

it(
  'a cold cache is warm before it is missed, and a worker that is killed has a successor; without they are not',
  { timeout: 240_000 },
  async () => {
    const options = { products: 400, popular: 100, rate: 60, requests: 100, seconds: 1, slack: 5 };
    const { checks } = await runProof(warmStart, { options });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
