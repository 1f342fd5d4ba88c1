import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock/clock.ts';
import { createTurns, type Turns } from '../../src/limits/turns.ts';
import { openAccounts, storeOf } from '../../src/testing/accounts.ts';
import { onServer } from '../../src/testing/database.ts';
import { createFakePubSub } from '../../src/testing/fake-pubsub.ts';
import { createConversations } from './conversations.ts';

let accounts: Awaited<ReturnType<typeof openAccounts>>;
let [authorId, otherId] = ['', ''];
beforeAll(async () => {
  accounts = await openAccounts();
  const [author, other] = await onServer<{ id: string }>(
    accounts.primaryUrl,
    `INSERT INTO users (username, password_hash, display_name) VALUES ('author', '-', 'Author'), ('other', '-', 'Other')
     RETURNING id::text`,
  );
  [authorId, otherId] = [author?.id ?? '', other?.id ?? ''];
});
afterAll(async () => {
  await accounts.closeGateways();
  await accounts.drop();
});

/** Sends 150 at once to one chat over a pool of four connections; how many found no room. */
async function turnedAway(turns: Turns): Promise<number> {
  const gateway = await accounts.openGateway();
  const chats = () =>
    createConversations({ store: storeOf(gateway), clock: systemClock, pubsub: createFakePubSub(), turns });
  const started = await chats().starts.start(authorId, { userIds: [otherId], title: 'Crowded' });
  if (!started.ok) throw new Error('no group');
  const chatId = started.value.id;
  const outcomes = await Promise.allSettled(
    Array.from({ length: 150 }, (_, n) =>
      chats().sending.send({ chatId, authorId, text: 'x', clientMessageId: `m${n}` }),
    ),
  );
  return outcomes.filter(({ status }) => status === 'rejected').length;
}

describe('a crowd of sends to one chat', () => {
  it('takes turns, and leaves the connections to others', async () => {
    expect(await turnedAway(createTurns())).toBe(0);
  }, 60_000);

  it('would hold them all, and be turned away itself, if each waited in the database: the control', async () => {
    expect(await turnedAway({ take: (_key, work) => work() })).toBeGreaterThan(0);
  }, 60_000);
});
