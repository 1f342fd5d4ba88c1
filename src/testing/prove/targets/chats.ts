import { toGlobalId } from '../../../../schema/global-id.ts';
import type { Random } from '../../../clock/random.ts';
import type { Check } from '../proof.ts';
import { describeHits, hitPercent } from './keys-read.ts';
import type { Ask, Compared, Measured, Scenario } from './scenario.ts';
import { seedChats } from './seed-chats.ts';
import { describeFewer, percentFewer, type Rate } from './shares.ts';
import { isRead, sumOf } from './statements.ts';
import { createZipf } from './zipf.ts';

const target = 95;

const documents = {
  list: '{ viewer { chats(first: 20) { nodes { id title unreadCount } } } }',
  page: `query ($id: ID!) {
    chat(id: $id) {
      title
      messages(first: 50) { nodes { id text sentAt author { displayName presence { isOnline } } } }
    }
  }`,
  unread: 'query ($id: ID!) { chat(id: $id) { unreadCount } }',
  send: `mutation ($input: SendMessageInput!) {
    sendMessage(input: $input) { message { id } userErrors { code } }
  }`,
  mark: `mutation ($input: MarkChatReadInput!) {
    markChatRead(input: $input) { chat { unreadCount } userErrors { code } }
  }`,
} as const;
type Kind = keyof typeof documents;

/** Of a hundred requests. */
const mix: readonly (readonly [kind: Kind, share: number])[] = [
  ['list', 15],
  ['page', 50],
  ['unread', 20],
  ['send', 10],
  ['mark', 5],
];

/** People who look at their chats, mostly at the same few, and write. */
export const chats: Scenario = {
  name: 'chats',
  // Without sessions and authors: they are many, hardly ever change, and would hide what is missed of the chats themselves.
  policies: ['membership', 'chat', 'recent-messages', 'chat-read'],
  async seed(scene) {
    const { chatsOf } = await seedChats(scene);
    let sent = 0;

    return (place, random): Ask => {
      const own = chatsOf(place);
      const id = toGlobalId('Chat', own[createZipf(own.length)(random)] ?? '');
      const kind = kindOf(random);
      const clientMessageId = `target-${(sent += 1)}`;
      const variables = {
        list: {},
        page: { id },
        unread: { id },
        send: { input: { chatId: id, text: 'One more message.', clientMessageId } },
        mark: { input: { chatId: id } },
      };
      const token = scene.population.tokenOf(place);
      return { document: documents[kind], variables: variables[kind], token };
    };
  },
  judge: (compared, percent) => [
    keysFromCache(compared, (target * percent) / 100),
    readsSaved(compared, (target * percent) / 100),
  ],
};

function kindOf(random: Random): Kind {
  let left = random() * 100;
  return mix.find(([, share]) => (left -= share) < 0)?.[0] ?? 'page';
}

/** The order of somebody's chats is in no cache: each list reads it. */
const isList = (text: string) => text.includes('FROM chat_members JOIN chat_heads USING');

function keysFromCache({ on, off }: Compared, least: number): Check {
  const lists = ({ calls }: Measured) => sumOf(calls, (text) => (isList(text) ? 1 : 0));
  const percent = hitPercent(on.warm.keys, lists(on.warm));
  const past = hitPercent(off.warm.keys, lists(off.warm));
  return {
    what: 'keys of chats and lists of them from cache',
    found: `${describeHits(on.warm.keys, lists(on.warm))}; at first ${hitPercent(on.cold.keys, lists(on.cold))} %`,
    must: `≥ ${least} %`,
    holds: percent >= least,
    control: { found: `${past} % past the cache`, fails: past < least },
  };
}

/** A send reads what it writes through with a statement that a miss has, too: such are no reads. */
const isOwnRead = (text: string) => text.startsWith('INSERT INTO messages');

function readsSaved({ on, off }: Compared, least: number): Check {
  const reads = (measured: Measured): Rate => ({
    ...measured,
    count: sumOf(measured.calls, (text) => Number(isRead(text)) - Number(isOwnRead(text))),
  });
  const saved = percentFewer(reads(on.warm), reads(off.warm));
  const withoutCache = percentFewer(reads(off.warm), reads(off.cold));
  return {
    what: 'statements of chats that read, fewer with the cache',
    found: `${saved} %: ${describeFewer(reads(on.warm), reads(off.warm))}`,
    must: `≥ ${least} %`,
    holds: saved >= least,
    control: { found: `${withoutCache} % past the cache`, fails: withoutCache < least },
  };
}
