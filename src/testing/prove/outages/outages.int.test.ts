import { expect, it } from 'vitest';
import { createOutages } from './outages.ts';
import { runProof } from '../proof.ts';

it(
  'clients are answered while Redis or a database node is gone, and all is used again after its return',
  { timeout: 240_000 },
  async () => {
    // A freeze is longer than three heartbeats, or else copies in the processes are used throughout.
    const { checks } = await runProof(createOutages({ isQuick: true }), {
      options: { seconds: 1, slack: 10 },
    });
    // How fast something is can only be told on a machine that does nothing else: the full proof tells it.
    const facts = checks.filter(({ what }) => !/latency|wait in the cache|waits in the cache/.test(what));
    expect(facts.length).toBeGreaterThan(10);
    expect(facts.filter((check) => !check.holds)).toEqual([]);
    expect(facts.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
