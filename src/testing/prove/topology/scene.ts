import { rm } from 'node:fs/promises';
import { toGlobalId } from '../../../../schema/global-id.ts';
import { seededRandom } from '../../../clock/random.ts';
import type { PostgresServer } from '../../../dev/postgres/postgres-server.ts';
import { makeTemporaryFolder } from '../../../dev/processes/reachable-folder.ts';
import { findServiceUser } from '../../../dev/processes/service-user.ts';
import { startTopology, type Topology } from '../../../dev/topology/topology.ts';
import { onServer } from '../../database.ts';
import { findMemoryFolder } from '../../servers/memory-folder.ts';
import type { Person } from '../conversations/people.ts';
import type { Check, ProofContext } from '../proof.ts';
import type { Resources } from '../resources.ts';
import { pause, signIn, untilReady } from '../stage.ts';
import { openAudience, type Audience } from './audience.ts';
import { startLoad, type Load } from './load.ts';

/** The whole topology, people who are signed in, and a chat of theirs. */
export interface Scene {
  readonly context: Pick<ProofContext, 'step' | 'signal'>;
  readonly topology: Topology;
  /** How long it took, with data and all. */
  readonly upMs: number;
  readonly sockets: number;
  /** How long each state is watched. */
  readonly watchMs: number;
  /** Of Postgres; the primary of the start, whoever it is now. */
  readonly primary: PostgresServer;
  /** Asks and writes from now on. */
  readonly startLoad: (resources: Pick<Resources, 'open'>) => Promise<Load>;
  readonly openAudience: (resources: Pick<Resources, 'open'>) => Promise<Audience>;
}

/** What one part of the proof came to. */
export interface Finding {
  readonly checks: readonly Check[];
  readonly figures: Readonly<Record<string, unknown>>;
}

/** Clients here ask in a minute what nobody else does. */
const unlimited = { RATE_LIMIT: '0', MAX_COST: '0', MAX_LIVE_CONNECTIONS_PER_ADDRESS: '0' };
/** A machine that is busy with some twenty processes is no outage. */
const patience = { REQUEST_DEADLINE_MS: '15000', POOL_WAIT_MS: '5000', REDIS_DEADLINE_MS: '500' };
const members = ['alice', 'bob', 'carol'] as const;

export async function openScene({
  step,
  signal,
  seed,
  resources,
  options: { sockets, seconds },
}: ProofContext<'sockets' | 'seconds'>): Promise<Scene> {
  const dataDir = await resources.open(
    async () => makeTemporaryFolder('tributary-test-', await findServiceUser(), await findMemoryFolder()),
    (made) => rm(made, { recursive: true, force: true, maxRetries: 3 }),
  );
  const startedAt = performance.now();
  const topology = await step('Topology', () =>
    resources.open(
      () => startTopology({ dataDir, env: { ...unlimited, ...patience } }),
      (opened) => opened.stop(),
    ),
  );
  const upMs = performance.now() - startedAt;
  const { url, stack } = topology;
  if (stack.primary === undefined) throw new Error('the servers of a proof are its own');
  await untilWhole(topology);
  const people = await Promise.all(
    members.map(async (name): Promise<Person> => ({ id: name, token: await signIn(url, name) })),
  );
  const ids = async (type: string, statement: string) =>
    (await onServer<{ id: string }>(stack.databaseUrl, statement)).map(({ id }) => toGlobalId(type, id));
  const [chatId = ''] = await ids('Chat', `SELECT id::text FROM chats WHERE title = 'Garden'`);
  const productIds = await ids('Product', 'SELECT id::text FROM products ORDER BY id LIMIT 200');
  return {
    context: { step, signal },
    ...{ topology, upMs, sockets, watchMs: seconds * 1_000, primary: stack.primary },
    startLoad: (owner) =>
      owner.open(
        () => Promise.resolve(startLoad({ url, people, chatId, productIds, random: seededRandom(seed) })),
        (load) => load.stop(),
      ),
    openAudience: (owner) => openAudience({ url, people, chatId, resources: owner, sockets }),
  };
}

/** Every gateway has all of its servers. */
export async function untilWhole({ gateways, workers }: Topology): Promise<void> {
  await Promise.all([...gateways, ...workers].map(({ url }) => untilReady(url, 60_000)));
}

export async function watch({ context: { signal }, watchMs }: Scene): Promise<void> {
  await pause(watchMs);
  signal.throwIfAborted();
}

/** None of these requests failed. */
export const noneFailed = (
  what: string,
  seen: { readonly faults: readonly string[]; readonly ms: { readonly count: number } },
): Check => ({
  what,
  found: `${seen.faults.length} of ${seen.ms.count}${seen.faults[0] === undefined ? '' : ` (${seen.faults[0]})`}`,
  must: '0',
  holds: seen.faults.length === 0 && seen.ms.count > 0,
});
