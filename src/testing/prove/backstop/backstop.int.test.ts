import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { backstop } from './backstop.ts';

it(
  'what is committed is evicted, also by the spare of a worker that is gone, and an abandoned slot is given up',
  { timeout: 180_000 },
  async () => {
    const options = { commits: 40, takeovers: 1, 'takeover-ms': 500, times: 6 };
    const { checks } = await runProof(backstop, { options });
    // How fast something is can only be told on a machine that does nothing else: the full proof tells it.
    const facts = checks.filter(({ what }) => !what.includes('time'));
    expect(facts.length).toBeGreaterThan(5);
    expect(facts.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
