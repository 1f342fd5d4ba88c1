import { postQuery } from '../../gateway.ts';
import { rounded, spreadOf } from '../measures.ts';
import type { Check, ProofContext } from '../proof.ts';

type Context = Pick<ProofContext, 'step' | 'signal'>;

const password = 'correct horse';
/** Of what a look at the clock tells apart in some hundred attempts. */
const allowedPart = 0.1;

const signUp = 'mutation ($input: SignUpInput!) { signUp(input: $input) { token } }';
const signIn =
  'mutation ($input: SignInInput!) { signIn(input: $input) { userErrors { code message field } } }';

/**
 * Signs in with a wrong password: as somebody who is there and as somebody who is not, in turns, so that whatever else goes on
 * comes to both. What an attacker sees is the time, so the time is what is compared.
 */
export async function compareGuesses({ step, signal }: Context, url: string, times: number): Promise<Check> {
  // Signed up here, for the seeded users have a cheaper hash.
  await postQuery(url, signUp, { variables: { input: { username: 'known_to_all', password } } });
  const guess = (input: object) => timed(() => postQuery(url, signIn, { variables: { input } }));
  const wrong = 'correct hearse';
  const known: number[] = [];
  const unknown: number[] = [];
  const unhashed: number[] = [];
  await step('Guesses at passwords', async () => {
    for (let turn = 0; turn < times; turn += 1) {
      signal.throwIfAborted();
      known.push(await guess({ username: 'known_to_all', password: wrong }));
      unknown.push(await guess({ username: `unknown_${turn}`, password: wrong }));
      // Refused before anything is hashed: as it would be if nobody were compared with for who is not there.
      unhashed.push(await guess({ username: `unknown_${turn}`, password: wrong, cartToken: 'none' }));
    }
  });
  const ofKnown = spreadOf(known).p50;
  const ofUnknown = spreadOf(unknown).p50;
  const ofUnhashed = spreadOf(unhashed).p50;
  const apart = partApart(ofKnown, ofUnknown);
  const apartWithout = partApart(ofKnown, ofUnhashed);
  return {
    what: 'time to refuse a wrong password of a user who is there, and of one who is not; medians',
    found: `${ofKnown} ms and ${ofUnknown} ms, ${rounded(100 * apart)} % apart`,
    must: `less than ${100 * allowedPart} % apart`,
    holds: apart < allowedPart,
    control: {
      found: `${ofUnhashed} ms without a hash, ${rounded(100 * apartWithout)} % apart`,
      fails: apartWithout >= allowedPart,
    },
  };
}

const partApart = (one: number, other: number): number => Math.abs(one - other) / Math.max(one, other);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
