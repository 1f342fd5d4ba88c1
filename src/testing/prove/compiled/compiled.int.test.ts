import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { compiled } from './compiled.ts';

it(
  'compiled code answers the queries of clients and generated ones as graphql-js does, unless it is compiled wrongly',
  { timeout: 120_000 },
  async () => {
    // What it takes of a processor beside other tests is not for this one to say.
    const { checks } = await runProof(compiled, { seed: 3, options: { generated: 40, wrong: 20, pairs: 0 } });
    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
