import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { ownWrites } from './own-writes.ts';

it(
  'one’s own writes are seen through the other gateway, and nearly all reads are the replica’s',
  { timeout: 120_000 },
  async () => {
    // In so small a mix the first look at each session counts, and a busy machine's replica follows later.
    const { checks } = await runProof(ownWrites, { options: { rounds: 128, requests: 240, percent: 75 } });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
