import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { coherence } from './coherence.ts';

it(
  'copies follow writes, and are not used behind a cut bus; without heartbeats they are',
  { timeout: 60_000 },
  async () => {
    // Generous in time: the full proof holds the promised bounds.
    const options = { writes: 50, changes: 20, 'bus-ms': 2_000, 'silent-ms': 10_000 };
    const { checks } = await runProof(coherence, { options });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    const old = checks.find(({ what }) => what.startsWith('old answers'));
    expect(old?.control?.fails).toBe(true);
  },
);
