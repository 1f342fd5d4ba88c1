import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { ids } from './ids.ts';

it(
  'ids of several processes are never the same, look-ups touch one partition, a dead shard fails alone',
  { timeout: 240_000 },
  async () => {
    // What depends on time is not judged beside other tests.
    const options = { processes: 2, ids: 100_000, links: 24, ms: 30_000 };
    const { checks } = await runProof(ids, { options });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
