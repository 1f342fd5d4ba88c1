import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { overhead } from './overhead.ts';

it(
  'the edge is compared with a gateway that has none, and either answers all requests',
  { timeout: 300_000 },
  async () => {
    // How much it costs beside other tests is not for this one to say.
    const { checks } = await runProof(overhead, {
      options: { starts: 1, pairs: 1, requests: 20, connections: 2 },
    });
    expect(checks.filter(({ must }) => !must.startsWith('≤')).map(({ holds }) => holds)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  },
);
