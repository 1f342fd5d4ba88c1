import type { Shards } from '../src/database/shards.ts';
import { deleteOldOutcomes } from '../src/store/old-outcomes.ts';
import type { Store } from '../src/store/store.ts';
import type { Chore } from '../src/upkeep/chore.ts';
import { createLinkChores } from './links/upkeep.ts';
import { createCartSweep } from './shop/cart-sweep.ts';

interface Needs {
  readonly openStore: () => Store;
  readonly shards: Shards;
}

const atOnce = 1_000;

/** What one worker at a time does for all domains. */
export function createChores(needs: Needs): readonly Chore[] {
  async function pruneOutcomes(): Promise<number> {
    const count = await needs.openStore().write((tx) => deleteOldOutcomes(tx, atOnce));
    return count < atOnce ? count : count + (await pruneOutcomes());
  }

  return [
    { name: 'old-outcomes', everyMs: 3_600_000, run: pruneOutcomes },
    createCartSweep(needs),
    ...createLinkChores(needs),
  ];
}
