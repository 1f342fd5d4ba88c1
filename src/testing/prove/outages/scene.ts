import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { postQuery, type Gateway } from '../../gateway.ts';
import type { Load, LoadSeen } from './load.ts';
import { rounded, totalOf } from '../measures.ts';
import type { Mix } from './mix.ts';
import type { Check, ProofContext } from '../proof.ts';
import { pause, type Stage } from '../stage.ts';

/** Two gateways that share cache and bus, and clients that go on asking both. */
export interface Scene {
  readonly context: Pick<ProofContext, 'step' | 'resources' | 'signal'>;
  readonly stage: Stage;
  readonly gateways: readonly [Gateway, Gateway];
  readonly load: Load;
  readonly mix: Mix;
  readonly adminToken: string;
  /** How long each state is watched. */
  readonly watchMs: number;
  readonly slack: number;
}

/** What one outage came to. */
export interface Finding {
  readonly name: string;
  readonly checks: readonly Check[];
  readonly figures: Readonly<Record<string, unknown>>;
}

/** What the clients see from now on for one watch. */
export async function watch({ load, watchMs, context }: Scene): Promise<LoadSeen> {
  const since = performance.now();
  await pause(watchMs);
  context.signal.throwIfAborted();
  return load.seenSince(since);
}

/** Sum over both gateways. */
export async function countOf(
  { gateways }: Scene,
  metric: 'cacheReads' | 'postgresQueries',
  labels: Readonly<Record<string, string>>,
): Promise<number> {
  const counts = await Promise.all(gateways.map(({ app }) => totalOf(app.metrics[metric], labels)));
  return counts.reduce((sum, count) => sum + count);
}

/** Milliseconds from now until `isSo`, on the proof's patience of 30 s. */
export async function msUntil(isSo: () => Promise<boolean>): Promise<number> {
  const startedAt = performance.now();
  if ((await waitUntil(isSo, { everyMs: 5, timeoutMs: 30_000 })) !== true) return Infinity;
  return rounded(performance.now() - startedAt);
}

/** Changes a price as an admin, through the first gateway. Resolves to the error's code, if there is one. */
export async function changePrice(
  { gateways: [{ url }], adminToken }: Scene,
  id: string,
  amount: string,
): Promise<{ readonly ms: number; readonly code: string | undefined }> {
  const startedAt = performance.now();
  const { errors } = await postQuery(
    url,
    'mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { product { id } } }',
    { token: adminToken, variables: { input: { id, price: { amount, currencyCode: 'EUR' } } } },
  );
  return { ms: rounded(performance.now() - startedAt), code: errors[0]?.extensions.code };
}

export async function priceOf({ url }: Pick<Gateway, 'url'>, id: string): Promise<string | undefined> {
  const { data } = await postQuery<{ product: { price: { amount: string } } | null }>(
    url,
    'query ($id: ID!) { product(id: $id) { price { amount } } }',
    { variables: { id } },
  );
  return data?.product?.price.amount;
}

/** No fault in what the clients saw. */
export const allAnswered = (what: string, seen: LoadSeen): Check => ({
  what,
  found: `${seen.faults.length} of ${seen.ms.count}${seen.faults.length > 0 ? ` (${String(seen.faults[0])})` : ''}`,
  must: '0',
  holds: seen.faults.length === 0 && seen.ms.count > 0,
});
