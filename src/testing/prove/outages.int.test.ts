import { expect, it } from 'vitest';
import { outages } from './outages.ts';
import { runProof } from './proof.ts';

it(
  'clients are answered while Redis or a database node is gone, and all is used again after its return',
  { timeout: 120_000 },
  async () => {
    // A freeze is longer than three heartbeats, or else copies in the processes are used throughout.
    const { checks } = await runProof(outages, { options: { seconds: 1, slack: 10 } });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
