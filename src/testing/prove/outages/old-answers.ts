import { idOf } from '../../../../schema/global-id.ts';
import { onServer } from '../../database.ts';
import { postQuery, type Gateway } from '../../gateway.ts';
import { rounded } from '../measures.ts';
import type { Check, Control } from '../proof.ts';
import { signIn } from '../stage.ts';
import { change, changePrice, priceOf, type Attempt, type Scene } from './scene.ts';

/** What will be changed through the first gateway: a price, and what is strict, a stock and a session. */
export interface Subject {
  readonly id: string;
  readonly token: string;
}

const stockBefore = 50;
const restocked = 7;

/** In Redis and in both processes before anything fails. */
export async function createSubject(scene: Scene): Promise<Subject> {
  const subject = { id: scene.takeProduct(), token: await signIn(scene.gateways[0].url, 'bob') };
  for (const gateway of scene.gateways) {
    // Once to fill, once to copy, and once more where a busy machine was late for either.
    for (let reads = 0; reads < 3; reads += 1) {
      await see(gateway, subject);
      await gateway.app.idle();
    }
  }
  return subject;
}

export const restock = (scene: Scene, id: string): Promise<Attempt> =>
  change(
    scene,
    scene.adminToken,
    'mutation ($input: RestockProductInput!) { restockProduct(input: $input) { product { id } } }',
    { id, quantity: restocked },
  );

export const endSession = (scene: Pick<Scene, 'gateways'>, token: string): Promise<Attempt> =>
  change(scene, token, 'mutation { signOut { endedSessions } }');

/** Everything once; throws where something is refused. */
export async function changeAll(
  scene: Scene,
  { id, token }: Subject,
  amount: string,
): Promise<readonly Attempt[]> {
  const attempts = [
    await changePrice(scene, id, amount),
    await restock(scene, id),
    await endSession(scene, token),
  ];
  const failed = attempts.find(({ code }) => code !== undefined);
  if (failed !== undefined) throw new Error(`a change was refused: ${String(failed.code)}`);
  return attempts;
}

/** How often something old was seen, and how long after `since` for the last time. */
export interface OldSeen {
  rounds: number;
  onFirst: number;
  onSecond: number;
  onSecondMs: number;
  /** By the second gateway. */
  letThrough: number;
  oldStocks: number;
}

/**
 * Asks again and again, for `forMs` from `since`: both gateways for the price, the second for the stock, and whether the
 * session, which was ended on the first, is let through. Everything was changed before, once.
 */
export async function lookForOld(
  { gateways: [first, second] }: Pick<Scene, 'gateways'>,
  subject: Subject,
  expected: { readonly amount: string; readonly since: number; readonly forMs: number },
): Promise<OldSeen> {
  const found: OldSeen = { rounds: 0, onFirst: 0, onSecond: 0, onSecondMs: 0, letThrough: 0, oldStocks: 0 };
  do {
    const [onFirst, seen] = await Promise.all([priceOf(first, subject.id), see(second, subject)]);
    found.rounds += 1;
    if (onFirst !== expected.amount) found.onFirst += 1;
    if (seen.amount !== expected.amount) {
      found.onSecond += 1;
      found.onSecondMs = rounded(performance.now() - expected.since);
    }
    if (seen.isLetThrough) found.letThrough += 1;
    if (seen.stock !== stockBefore + restocked) found.oldStocks += 1;
  } while (performance.now() < expected.since + expected.forMs);
  return found;
}

interface Seen {
  readonly amount: string | undefined;
  readonly stock: number | undefined;
  readonly isLetThrough: boolean;
}

async function see(gateway: Pick<Gateway, 'url'>, { id, token }: Subject): Promise<Seen> {
  const [shown, isLetThrough] = await Promise.all([show(gateway, id), isSignedIn(gateway, token)]);
  return { ...shown, isLetThrough };
}

async function show({ url }: Pick<Gateway, 'url'>, id: string): Promise<Omit<Seen, 'isLetThrough'>> {
  const { data } = await postQuery<{
    product: { price: { amount: string }; inventory: { stock: number } | null } | null;
  }>(url, 'query ($id: ID!) { product(id: $id) { price { amount } inventory { stock } } }', {
    variables: { id },
  });
  return { amount: data?.product?.price.amount, stock: data?.product?.inventory?.stock };
}

async function isSignedIn({ url }: Pick<Gateway, 'url'>, token: string): Promise<boolean> {
  const { data } = await postQuery<{ viewer: unknown }>(url, '{ viewer { username } }', { token });
  return data?.viewer != null;
}

/** What is strict may never be old, not even for a moment. */
export function strictHolds(
  name: string,
  { letThrough, oldStocks, rounds }: Pick<OldSeen, 'letThrough' | 'oldStocks' | 'rounds'>,
  control?: { readonly sessions: Control; readonly stocks: Control },
): readonly Check[] {
  return [
    {
      what: `${name}: requests let through with a session that was ended`,
      found: `${letThrough} of ${rounds}`,
      must: '0',
      holds: letThrough === 0 && rounds > 0,
      ...(control && { control: control.sessions }),
    },
    {
      what: `${name}: old stocks`,
      found: `${oldStocks} of ${rounds}`,
      must: '0',
      holds: oldStocks === 0 && rounds > 0,
      ...(control && { control: control.stocks }),
    },
  ];
}

/** What both gateways show of these products against the rows themselves. */
export async function agreesWithPostgres(scene: Scene, name: string, ids: readonly string[]): Promise<Check> {
  const differences: string[] = [];
  for (const id of ids) {
    const [row] = await onServer<{ amount: string; stock: number }>(
      scene.truthUrl(),
      `SELECT (price_minor / 100.0)::numeric(20, 2)::text AS amount, stock
       FROM products JOIN inventory ON product_id = id WHERE id = $1`,
      [idOf('Product', id)],
    );
    for (const gateway of scene.gateways) {
      const { amount, stock } = await show(gateway, id);
      if (amount !== row?.amount || stock !== row?.stock)
        differences.push(
          `${String(amount)}, ${String(stock)} for ${String(row?.amount)}, ${String(row?.stock)}`,
        );
    }
  }
  return {
    what: `${name}: products that differ from Postgres in the end`,
    found: `${differences.length}${differences.length > 0 ? ` (${String(differences[0])})` : ''}`,
    must: '0',
    holds: differences.length === 0,
  };
}
