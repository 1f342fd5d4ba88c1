import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { toRowVersion } from '../../src/cache/entry.ts';
import type { Cache } from '../../src/cache/cache.ts';
import { fixedEpochs } from '../../src/cache/epochs.ts';
import { createGate, type Gate } from '../../src/cache/testing/gate.ts';
import { systemClock } from '../../src/clock/clock.ts';
import { createDeadline } from '../../src/clock/deadline.ts';
import { zeroLsn } from '../../src/clock/lsn.ts';
import { createJoinedLoads } from '../../src/store/joined-loads.ts';
import { createStore } from '../../src/store/store.ts';
import { createTransactions } from '../../src/store/transactions.ts';
import { log, openAccounts, storeOf, type Gateway } from '../../src/testing/accounts.ts';
import { onServer } from '../../src/testing/database.ts';
import { createConversations } from './conversations.ts';
import type { MessageKey } from './messages.ts';

let accounts: Awaited<ReturnType<typeof openAccounts>>;
let gateways: readonly [Gateway, Gateway];
let author = '';
let clientIds = 0;
beforeAll(async () => {
  accounts = await openAccounts();
  // What empties Redis here sees to it that no fence is needed: nothing is raised for it, for these epochs raise no floor.
  const open = () => accounts.openGateway({ epochs: fixedEpochs });
  gateways = [await open(), await open()];
  const [user] = await psql(
    `INSERT INTO users (username, password_hash, display_name) VALUES ('author', '-', 'Author') RETURNING id::text`,
  );
  author = user?.['id'] ?? '';
});
afterAll(async () => {
  await accounts.closeGateways();
  await accounts.drop();
});

const psql = (text: string, values: readonly unknown[] = []) =>
  onServer<Record<string, string>>(accounts.primaryUrl, text, values);
const nobodyListens = {
  publish: () => Promise.resolve(true),
  subscribe: () => Promise.reject(new Error('nobody listens here')),
};
const others = {
  clock: systemClock,
  pubsub: nobodyListens,
  // Writers that are held up behind their commits stand for those of other processes, too: none waits for another.
  turns: { take: <T>(_key: string, work: () => Promise<T>) => work() },
};

/** So many that what is sent next moves some of them out of the cached end. */
const messagesAtFirst = 98;

async function openChat(): Promise<string> {
  const [chat] = await psql(
    `WITH made AS (INSERT INTO chats (kind, title) VALUES ('GROUP', 'x') RETURNING id),
       joined AS (INSERT INTO chat_members (chat_id, user_id, role) SELECT id, $1, 'OWNER' FROM made)
     INSERT INTO chat_heads SELECT id, 0, next_message_id(id, 0) FROM made RETURNING chat_id::text AS id`,
    [author],
  );
  const chatId = chat?.['id'] ?? '';
  await psql(
    `INSERT INTO messages (chat_id, id, author_id, client_message_id, text)
     SELECT chat_id, last_message_id + n, $2, 'first-' || n, 'first ' || n
     FROM chat_heads, generate_series(1, $3) AS n WHERE chat_id = $1 ORDER BY n`,
    [chatId, author, messagesAtFirst],
  );
  await accounts.replicated();
  return chatId;
}

/** The texts of a whole history by id, oldest first. */
type State = ReadonlyMap<string, string | null>;

async function stateOf(chatId: string): Promise<State> {
  const rows = await onServer<{ id: string; text: string | null }>(
    accounts.primaryUrl,
    'SELECT id::text, text FROM messages WHERE chat_id = $1 ORDER BY messages.id',
    [chatId],
  );
  return new Map(rows.map(({ id, text }) => [id, text]));
}

/** One after the other; but what a writer tells the cache behind its commit is a step of its own, in any order. */
interface Step {
  readonly kind: 'send' | 'edit' | 'delete' | 'answer' | 'read' | 'evict' | 'flush';
  /** Which gateway. */
  readonly gateway: number;
  /** Which of the writers that wait, which of the messages from the newest on, or how much longer a page than 30. */
  readonly which: number;
}

interface Faults {
  /** The cache is not told which state of the chat is the later one. */
  readonly withoutVersions?: boolean;
}

/** Resolves to what was read and should not have been. */
async function faultsOf(steps: readonly Step[], faults: Faults): Promise<readonly string[]> {
  const chatId = await openChat();
  const states: State[] = [await stateOf(chatId)];
  const waiting: { readonly gate: Gate; readonly version: number; readonly done: Promise<unknown> }[] = [];
  const wrong: string[] = [];
  let acknowledged = 0;

  /** Runs up to the commit. */
  async function write(
    gateway: Gateway,
    work: (chats: ReturnType<typeof createConversations>) => Promise<unknown>,
  ): Promise<void> {
    const gate = createGate();
    const cache = gatedCache(gateway.cache, gate, faults);
    const transactions = createTransactions({ ...gateway, cache, clock: systemClock, log });
    const loads = createJoinedLoads(systemClock);
    const deadline = createDeadline(systemClock, 120_000);
    const store = createStore({ ...gateway, transactions, loads, deadline, clock: systemClock });
    const done = work(createConversations({ store, ...others }));
    await gate.reached;
    states.push(await stateOf(chatId));
    waiting.push({ gate, version: states.length - 1, done: done.finally(() => deadline.end()) });
  }

  async function answer(which: number): Promise<void> {
    const [writer] = waiting.splice(which % Math.max(1, waiting.length), 1);
    writer?.gate.open();
    await writer?.done;
    acknowledged = Math.max(acknowledged, writer?.version ?? 0);
  }

  /** A message is as in a state that is not before what was acknowledged; and they are all those of such a state. */
  function judge(read: State): void {
    const possible = states.slice(acknowledged);
    const ids = [...read.keys()].join();
    if (!possible.some((state) => [...state.keys()].join() === ids)) wrong.push(`${read.size} messages`);
    for (const [id, text] of read)
      if (!possible.some((state) => state.get(id) === text)) wrong.push(`${id} ${text}`);
  }

  const rewrite = async (
    { gateway, which }: Step,
    work: (chats: ReturnType<typeof createConversations>, key: MessageKey) => Promise<unknown>,
  ) => {
    const newestFirst = [...(states.at(-1) ?? [])].toReversed();
    // Some of them lie beyond the cached end.
    const [id = '', text = null] = newestFirst[which % 4 === 0 ? 100 : which] ?? [];
    if (text !== null) await write(gatewayAt(gateway), (chats) => work(chats, { chatId, id }));
  };
  const forgetWhatIsUnused = async (part: string) => {
    // Else fences would go that a replica still needs; what is evicted has not been used for long.
    await accounts.replicated();
    await forget(part);
  };
  const acts: Readonly<Record<Step['kind'], (step: Step) => Promise<void>>> = {
    send({ gateway }) {
      const clientMessageId = `c${(clientIds += 1)}`;
      const sent = { chatId, authorId: author, text: clientMessageId, clientMessageId };
      return write(gatewayAt(gateway), ({ sending }) => sending.send(sent));
    },
    edit: (step) =>
      rewrite(step, ({ sending }, key) => sending.edit(author, key, `edited ${(clientIds += 1)}`)),
    delete: (step) => rewrite(step, ({ sending }, key) => sending.delete(author, key)),
    answer: ({ which }) => answer(which),
    read: async ({ gateway, which }) =>
      judge(await readAll(gatewayAt(gateway), chatId, 30 + which, copiesMayBeOld)),
    evict: () => forgetWhatIsUnused(`recent-messages.1:${chatId}`),
    flush: () => forgetWhatIsUnused(''),
  };

  for (const step of steps) await acts[step.kind](step);
  while (waiting.length > 0) await answer(0);
  await vi
    .waitFor(
      async () => {
        for (const gateway of gateways) {
          const read = await readAll(gateway, chatId, 100);
          expect([...read].toReversed().slice(0, 3)).toEqual(
            [...(states.at(-1) ?? [])].toReversed().slice(0, 3),
          );
          judge(read);
        }
      },
      { timeout: faults.withoutVersions === true ? 1_000 : 15_000 },
    )
    .catch((error: unknown) => wrong.push(String(error)));
  return wrong;
}

const gatewayAt = (place: number) => gateways[place % 2 === 0 ? 0 : 1];

/** What this process holds may lag behind the bus: a read that must not be older than an answer passes over it. */
const copiesMayBeOld = { lsn: zeroLsn, skipCopiesUntil: Infinity };

/** By pages, each in a request of its own. */
async function readAll(
  gateway: Gateway,
  chatId: string,
  limit: number,
  seen?: typeof copiesMayBeOld,
): Promise<State> {
  const texts: [string, string | null][] = [];
  for (let after: string | undefined; ; after = texts.at(-1)?.[0]) {
    const store = storeOf(gateway, seen);
    const { history } = createConversations({ store, ...others });
    const page = await history.page(author, chatId, { limit, after });
    texts.push(...page.items.map(({ id, text }): [string, string | null] => [id, text]));
    await gateway.cache.idle();
    if (!page.hasNextPage) return new Map(texts.toReversed());
  }
}

async function forget(part: string): Promise<void> {
  const [{ app, redis }] = gateways;
  const [keys] = await redis.batch([['keys', `${app}:*${part}`]]);
  if (Array.isArray(keys) && keys.length > 0) await redis.batch([['del', ...keys.map(String)]]);
}

function gatedCache(cache: Cache, gate: Gate, { withoutVersions = false }: Faults): Cache {
  return {
    ...cache,
    async invalidate(changed, lsn, options) {
      await gate.pass();
      if (!withoutVersions) return cache.invalidate(changed, lsn, options);
      const rowVersion = (clientIds += 1) + 2 ** 30;
      const unordered = changed.map((one) =>
        'tag' in one || one.written === undefined
          ? one
          : { ...one, rowVersion, written: { ...one.written, rowVersion: toRowVersion(rowVersion) } },
      );
      return cache.invalidate(unordered, lsn, options);
    },
  };
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    { weight: 4, arbitrary: fc.constant('send' as const) },
    { weight: 2, arbitrary: fc.constantFrom('edit' as const, 'delete' as const) },
    { weight: 4, arbitrary: fc.constant('answer' as const) },
    { weight: 5, arbitrary: fc.constant('read' as const) },
    { weight: 1, arbitrary: fc.constantFrom('evict' as const, 'flush' as const) },
  ),
  gateway: fc.nat(1),
  which: fc.nat(20),
});
const search = (faults: Faults, numRuns: number) =>
  fc.check(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (steps) => {
      expect(await faultsOf(steps, faults)).toEqual([]);
    }),
    { numRuns, seed: 20_261, endOnFailure: true },
  );

describe('the cached history', () => {
  it('is what Postgres holds, whatever is sent, edited, deleted, evicted and flushed in whatever order', async () => {
    const { failed, counterexample, errorInstance } = await search({}, 25);
    expect({ failed, counterexample, errorInstance }).toEqual({
      failed: false,
      counterexample: null,
      errorInstance: null,
    });
  }, 240_000);

  // 1. A commits. 2. B commits. 3. B tells the cache. 4. A, held up, tells the cache.
  const crossed = (['read', 'send', 'send', 'answer', 'answer', 'read'] as const).map(
    (kind, index): Step => ({ kind, gateway: index, which: kind === 'answer' ? 4 - index : 2 }),
  );

  it('is not put back by a writer that was held up', async () => {
    expect(await faultsOf(crossed, {})).toEqual([]);
  });

  it('is put back where versions are not compared: the control', async () => {
    expect(await faultsOf(crossed, { withoutVersions: true })).not.toEqual([]);
  }, 60_000);
});
