import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { redirects } from './redirects.ts';

it(
  'redirects come from memory and from Redis the second time, and none fails',
  { timeout: 180_000 },
  async () => {
    const { checks } = await runProof(redirects, {
      options: { links: 2_000, requests: 2_000, rounds: 1, ms: 300 },
    });
    // How fast, only a machine that does nothing else can tell: the full proof tells it.
    const lasting = checks.filter(({ what }) => /from cache|no redirect/.test(what));
    expect(lasting).toHaveLength(2);
    expect(lasting.filter((check) => !check.holds)).toEqual([]);
    expect(lasting.find(({ control }) => control !== undefined)?.control?.fails).toBe(true);
  },
);
