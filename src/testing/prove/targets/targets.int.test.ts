import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { targets } from './targets.ts';

it(
  'the cache keeps from Postgres what it is to keep, and past the cache nothing is kept',
  { timeout: 120_000 },
  async () => {
    // Where few come often, what reads beside a write is a larger part, the more so on a busy machine.
    const { checks } = await runProof(targets, {
      options: { users: 200, products: 500, requests: 160, percent: 90 },
    });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
