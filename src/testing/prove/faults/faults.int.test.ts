import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { faults } from './faults.ts';

it(
  'what a backend throws shows to no client, over HTTP, SSE and WebSockets',
  { timeout: 120_000 },
  async () => {
    const { checks } = await runProof(faults, { options: { faults: 64 } });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
