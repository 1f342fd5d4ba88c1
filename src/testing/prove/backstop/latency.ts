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
  await inSteps(context, what, Math.ceil(commits / products.length), async () => {
    await Promise.all(
      clients.map(async ({ client, product }) => {
        const evicting = evictions.next(product);
        await client.query('UPDATE products SET popularity = popularity + 1 WHERE id = $1', [product]);
        const committedAt = performance.now();
        const { at, isFenced } = await evicting;
        ms.push(Math.max(0, at - committedAt));
        if (isFenced) fenced += 1;
      }),
    );
  });
  return { ms, fenced };
}
