import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { rateLimit } from './rate-limit.ts';

it(
  'over two gateways exactly the limit passes; without Redis each holds it for itself',
  { timeout: 120_000 },
  async () => {
    const { checks } = await runProof(rateLimit, { options: { gateways: 2, limit: 10, each: 20 } });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
