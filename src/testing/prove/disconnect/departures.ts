import { waitUntil } from '../../../dev/processes/wait-until.ts';
import type { Gateway } from '../../gateway.ts';
import { totalOf } from '../measures.ts';
import { pause } from '../stage.ts';
import { ask, type Question } from './client.ts';
import type { Statements } from './statements.ts';

/** What waits for a lock on which server. */
export interface Slow {
  readonly kind: 'row' | 'list' | 'write';
  readonly question: Question;
  readonly on: Statements;
}

/** A client asks and leaves when its statement is under way; resolves to how long that outlives it, in milliseconds. */
export async function leave(url: string, { question, on }: Slow): Promise<number> {
  return leaveTogether(url, [question], on);
}

/** Clients with a statement each leave at the same moment; resolves to how long the last of those outlives them. */
export async function leaveTogether(
  url: string,
  questions: readonly Question[],
  on: Statements,
  before: () => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  const clients: ReturnType<typeof ask>[] = [];
  for (const question of questions) {
    clients.push(ask(url, question));
    // Asked for in the same moment, two of them would be one statement.
    await on.waiting(clients.length);
  }
  await before();
  const since = performance.now();
  for (const client of clients) client.leave();
  const ms = await on.msUntilFewer(0, since);
  await Promise.all(clients.map(({ answer }) => answer));
  return ms;
}

/** A client waits until the gateway gives up; resolves to the error's code and to how long the statement outlives that. */
export async function outstay(
  url: string,
  { question, on }: Slow,
): Promise<{ readonly code: string | undefined; readonly ms: number }> {
  const client = ask(url, question);
  await on.waiting(1);
  const told = await client.answer;
  const since = performance.now();
  return { code: told?.errors?.[0]?.extensions.code, ms: await on.msUntilFewer(0, since) };
}

export interface Shared {
  readonly gateway: Gateway;
  readonly ids: readonly [mine: string, ours: string, theirs: string];
  readonly on: Statements;
  readonly unlock: () => Promise<void>;
}

const nodesQuery = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Product { name } } }';
const patience = { everyMs: 2, timeoutMs: 10_000 };
/** A cancel that should not be would have come by then. */
const wrongCancelWithinMs = 100;

/**
 * One client asks for two products, another for the second of them and a third: the second is read by the first one's
 * statement, for both. The first leaves. Resolves to whether its statement stays, and the other client has its answer.
 */
export async function leaveShared({ gateway, ids: [mine, ours, theirs], on, unlock }: Shared) {
  const { cacheReads, operationErrors } = gateway.app.metrics;
  const joined = () => totalOf(cacheReads, { tier: 'flight', outcome: 'joined' });
  const given = () => totalOf(operationErrors, { code: 'TIMEOUT' });
  const [joinedBefore, givenBefore] = [await joined(), await given()];
  const first = ask(gateway.url, { document: nodesQuery, variables: { ids: [mine, ours] } });
  await on.waiting(1);
  const other = ask(gateway.url, { document: nodesQuery, variables: { ids: [ours, theirs] } });
  await on.waiting(2);
  if (!(await waitUntil(async () => (await joined()) > joinedBefore, patience)))
    throw new Error('the second client does not share');
  first.leave();
  await first.answer;
  if (!(await waitUntil(async () => (await given()) > givenBefore, patience)))
    throw new Error('the gateway does not notice who leaves');
  await pause(wrongCancelWithinMs);
  const stayed = await on.count();
  await unlock();
  const told = await other.answer;
  const nodes = told?.data?.['nodes'] as readonly ({ name: string } | null)[] | undefined;
  const isRight = told?.errors === undefined && nodes?.length === 2 && nodes.every((node) => node !== null);
  return { stays: stayed === 2, isRight };
}
