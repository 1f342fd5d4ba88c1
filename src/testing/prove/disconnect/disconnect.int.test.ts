import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { disconnect } from './disconnect.ts';

it(
  'statements end with their clients and with their time; what others share stays; unnoticed they stay',
  { timeout: 120_000 },
  async () => {
    // Patient with a busy machine, and still far below what ends a statement that nobody cancels.
    const { checks } = await runProof(disconnect, { options: { rounds: 24, ms: 1_500 } });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
