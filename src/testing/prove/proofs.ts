import { coherence } from './coherence/coherence.ts';
import { hitCost } from './hit-cost.ts';
import { newcomer } from './newcomer.ts';
import { outages } from './outages/outages.ts';
import { permissions } from './permissions.ts';
import type { Proof } from './proof.ts';
import { races } from './races/races.ts';
import { signOut } from './sign-out.ts';
import { stampede } from './stampede/stampede.ts';
import { stalePrice } from './stale-price.ts';

/** All proofs, in the order in which `all` runs them. */
export const proofs: readonly Proof[] = [
  races,
  permissions,
  stalePrice,
  signOut,
  outages,
  newcomer,
  coherence,
  stampede,
  hitCost,
];
