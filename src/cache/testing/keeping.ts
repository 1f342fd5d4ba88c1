import type { Source } from '../source.ts';
import type { Breakage, Seal, Spoilage } from '../makings.ts';
import type { CachePolicy } from '../policy.ts';
import type { Gateway } from './gateway.ts';

/** Stands for whoever keeps what was made of entries: it says for each key what `getMany` said, as long as its seal holds. */
export interface Keeping {
  ask(policy: CachePolicy<string, string>, key: string): Promise<string | undefined>;
  /** Asks, and says why nothing was kept. Past what is kept. */
  make(policy: CachePolicy<string, string>, key: string): Promise<Spoilage | undefined>;
  /** How many were answered from what was kept. */
  readonly repeated: () => number;
  readonly broken: readonly Breakage[];
}

interface Kept {
  readonly value: string | undefined;
  readonly seal: Seal;
}

export function createKeeping({ cache }: Gateway, source: Source<string, string>): Keeping {
  const kept = new Map<string, Kept>();
  const broken: Breakage[] = [];
  let repeated = 0;

  async function make(policy: CachePolicy<string, string>, key: string) {
    const makings = cache.makings();
    makings.expect(1);
    const value = (await cache.getMany(policy, [key], source, { makings })).get(key);
    const seal = makings.seal((reason) => {
      broken.push(reason);
      kept.delete(key);
    });
    if (typeof seal !== 'string') kept.set(key, { value, seal });
    return { value, spoilage: typeof seal === 'string' ? seal : undefined };
  }

  return {
    async ask(policy, key) {
      const found = kept.get(key);
      if (found === undefined || !(await found.seal.holds())) return (await make(policy, key)).value;
      repeated += 1;
      return found.value;
    },
    make: async (policy, key) => (await make(policy, key)).spoilage,
    repeated: () => repeated,
    broken,
  };
}
