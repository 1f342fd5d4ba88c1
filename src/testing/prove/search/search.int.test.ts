import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { search } from './search.ts';

it('pages are what Postgres finds, and what is no search does no harm', { timeout: 180_000 }, async () => {
  const { checks } = await runProof(search, { options: { products: 1_000, rounds: 15 } });
  // How fast something is, only a machine that does nothing else can tell: the full proof tells it.
  const facts = checks.filter(({ what }) => !what.startsWith('time'));
  expect(facts).toHaveLength(2);
  expect(facts.filter((check) => !check.holds)).toEqual([]);
  expect(facts.filter(({ control }) => control?.fails === false)).toEqual([]);
});
