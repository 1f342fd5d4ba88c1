import { inSteps, type ProofContext } from '../proof.ts';
import type { Evictions } from './evictions.ts';

export interface Latencies {
  /** From the answer to COMMIT to the eviction; 0 where that came first. */
  readonly ms: readonly number[];
  /** Evictions after which Redis held a fence. */
  readonly fenced: number;
}

interface Needs {
  readonly evictions: Evictions;
  readonly what: string;
  readonly commits: number;
  /** One for each writer: numbers, as in the tables. */
  readonly products: readonly string[];
}

/** Somebody in psql for each product, who commits again as soon as the last change was evicted. */
export async function measureLatencies(
  context: Pick<ProofContext, 'step' | 'signal'>,
  { evictions, what, commits, products }: Needs,
): Promise<Latencies> {
  const ms: number[] = [];
  let fenced = 0;
  const commitAndHear = async (product: string) => {
    const { committedAt, eviction } = await evictions.commit(product);
    const { at, isFenced } = await eviction();
    return { ms: Math.max(0, at - committedAt), isFenced };
  };
  // Not measured: a Redis that does not know the script yet is heard once before it has fenced, and again behind that.
  for (const product of products) await commitAndHear(product);
  await inSteps(context, what, Math.ceil(commits / products.length), async () => {
    for (const eviction of await Promise.all(products.map(commitAndHear))) {
      ms.push(eviction.ms);
      if (eviction.isFenced) fenced += 1;
    }
  });
  return { ms, fenced };
}
