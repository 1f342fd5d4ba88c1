import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { clicks } from './clicks.ts';

it(
  'a killed gateway loses what had not come to Redis, and no click counts twice; without the id of a batch they do',
  { timeout: 180_000 },
  async () => {
    const { checks } = await runProof(clicks, { options: { requests: 1_000, links: 50, alive: 1_200 } });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails !== true)).toEqual([]);
  },
);
