import pg from 'pg';
import { inSteps, type ProofContext } from '../proof.ts';
import type { Stage } from '../stage.ts';
import type { Evictions } from './evictions.ts';

export interface Latencies {
  /** From the answer to COMMIT to the eviction; 0 where that came first. */
  readonly ms: readonly number[];
  /** Evictions after which Redis held a fence. */
  readonly fenced: number;
}

interface Needs {
  readonly stage: Stage;
  readonly evictions: Evictions;
  readonly what: string;
  readonly commits: number;
  /** One for each writer: numbers, as in the tables. */
  readonly products: readonly string[];
}

/** Somebody in psql for each product, who commits again as soon as the last change was evicted. */
export async function measureLatencies(
  context: Pick<ProofContext, 'resources' | 'step' | 'signal'>,
  { stage, evictions, what, commits, products }: Needs,
): Promise<Latencies> {
  const ms: number[] = [];
  let fenced = 0;
  const clients = await Promise.all(
    products.map(async (product) => {
      const client = new pg.Client({ connectionString: stage.servers.primaryUrl });
      await context.resources.open(
        () => client.connect(),
        () => client.end(),
      );
      return { client, product };
    }),
  );
  const commitAndHear = async ({ client, product }: (typeof clients)[number]) => {
    const evicting = evictions.next(product);
    await client.query('UPDATE products SET popularity = popularity + 1 WHERE id = $1', [product]);
    const committedAt = performance.now();
    const eviction = await evicting;
    return { ...eviction, ms: Math.max(0, eviction.at - committedAt) };
  };
  // Not measured: a Redis that does not know the script yet is heard once before it has fenced, and again behind that.
  for (const client of clients) await commitAndHear(client);
  await inSteps(context, what, Math.ceil(commits / products.length), async () => {
    for (const eviction of await Promise.all(clients.map(commitAndHear))) {
      ms.push(eviction.ms);
      if (eviction.isFenced) fenced += 1;
    }
  });
  return { ms, fenced };
}
