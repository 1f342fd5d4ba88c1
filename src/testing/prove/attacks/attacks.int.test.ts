import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { attacks } from './attacks.ts';

it('every attack is refused with its code; without limits some are not', { timeout: 180_000 }, async () => {
  const { checks } = await runProof(attacks, { options: { times: 1, guesses: 1 } });
  // What a refusal costs beside other tests is not for this one to say.
  const [refused] = checks.filter(({ what }) => what.startsWith('refused'));
  expect(refused).toMatchObject({ found: 'all', holds: true, control: { fails: true } });
});
