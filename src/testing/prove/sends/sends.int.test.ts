import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { sends } from './sends.ts';

it(
  'of a crowd of sends over two processes exactly the quotas pass, and one key is sent once',
  { timeout: 240_000 },
  async () => {
    const { checks } = await runProof(sends, { options: { gateways: 2, rounds: 2, sends: 60, repeats: 20 } });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
