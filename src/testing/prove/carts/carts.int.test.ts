import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { carts } from './carts.ts';

it('two devices lose no edit of one cart, and emptying Redis no line', { timeout: 240_000 }, async () => {
  const { checks } = await runProof(carts, { options: { edits: 60, flushes: 2 } });
  // How they are interleaved is a matter of time.
  const judged = checks.filter(({ control }) => control !== undefined);
  expect(judged.filter((check) => !check.holds)).toEqual([]);
  expect(judged.filter(({ control }) => control?.fails === false)).toEqual([]);
});
