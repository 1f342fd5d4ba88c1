import { idOf } from '../../../schema/global-id.ts';
import { onServer } from '../database.ts';
import { postQuery } from '../gateway.ts';
import type { Person, World } from '../world.ts';

interface Payload {
  readonly chat?: { readonly id: string } | null;
  readonly message?: SentOne | null;
  readonly userErrors: readonly { readonly code: string; readonly field: readonly string[] | null }[];
}

interface SentOne {
  readonly id: string;
  readonly text: string | null;
}

interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Over all talks: else two of them would send the same client's id, and so one message. */
let sentMessages = 0;

export type Talk = ReturnType<typeof createTalk>;

/** What clients do in chats, each through one request to the first gateway, or to the one at `url`. Ids are global ones. */
export function createTalk(world: World, url: string = world.gateway.url) {
  async function ask<Data>(who: Person, document: string, variables: Record<string, unknown>): Promise<Data> {
    const { data, errors } = await postQuery<Data>(url, document, { variables, token: who.token });
    if (data == null || errors.length > 0) throw new Error(JSON.stringify(errors));
    return data;
  }

  async function mutate(who: Person, name: string, fields: string, input: object): Promise<Payload> {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const data = await ask<Record<string, Payload>>(
      who,
      `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} userErrors { code field } } }`,
      { input },
    );
    return data[name] ?? { userErrors: [] };
  }

  const codes = ({ userErrors }: Payload) => userErrors.map(({ code }) => code);

  async function started(who: Person, input: object): Promise<string> {
    const { chat, userErrors } = await mutate(who, 'startChat', 'chat { id }', input);
    if (chat == null) throw new Error(JSON.stringify(userErrors));
    return chat.id;
  }

  async function all<Node>(
    next: (after: string | undefined) => Promise<Page<Node>>,
  ): Promise<readonly Node[]> {
    const nodes: Node[] = [];
    for (let after: string | undefined; ;) {
      const page = await next(after);
      nodes.push(...page.nodes);
      if (!page.pageInfo.hasNextPage) return nodes;
      after = page.pageInfo.endCursor ?? undefined;
    }
  }

  return {
    start: (who: Person, input: object) => mutate(who, 'startChat', 'chat { id }', input),
    direct: (who: Person, other: Person) => started(who, { userIds: [other.id] }),
    group: (who: Person, title: string, others: readonly Person[]) =>
      started(who, { title, userIds: others.map(({ id }) => id) }),
    add: async (who: Person, chatId: string, { id: userId }: Pick<Person, 'id'>, role = 'MEMBER') =>
      codes(await mutate(who, 'addChatMember', 'chat { id }', { chatId, userId, role })),
    remove: async (who: Person, chatId: string, { id: userId }: Person) =>
      codes(await mutate(who, 'removeChatMember', 'chat { id }', { chatId, userId })),
    async send(who: Person, chatId: string, text: string, clientMessageId = `c${(sentMessages += 1)}`) {
      const input = { chatId, text, clientMessageId };
      const { message, userErrors } = await mutate(who, 'sendMessage', 'message { id text }', input);
      if (message == null) throw new Error(JSON.stringify(userErrors));
      return message;
    },
    edit: async (who: Person, id: string, text: string) =>
      codes(await mutate(who, 'editMessage', 'message { id }', { id, text })),
    takeBack: async (who: Person, id: string) =>
      codes(await mutate(who, 'deleteMessage', 'message { id }', { id })),
    markRead: async (who: Person, chatId: string, messageId?: string) =>
      codes(await mutate(who, 'markChatRead', 'chat { id }', { chatId, messageId })),
    async unread(who: Person, chatId: string): Promise<number> {
      const document = 'query ($id: ID!) { chat(id: $id) { unreadCount } }';
      return (await ask<{ chat: { unreadCount: number } }>(who, document, { id: chatId })).chat.unreadCount;
    },
    /** All messages, newest first, read by pages of so many. */
    history: (who: Person, chatId: string, first: number) =>
      all(async (after) => {
        const { chat } = await ask<{ chat: { messages: Page<SentOne> } }>(
          who,
          `query ($id: ID!, $first: Int, $after: Cursor) {
            chat(id: $id) {
              messages(first: $first, after: $after) { nodes { id text } pageInfo { hasNextPage endCursor } }
            }
          }`,
          { id: chatId, first, after },
        );
        return chat.messages;
      }),
    /** All chats, read by pages of so many. */
    listed: async (who: Person, first: number) => {
      const chats = await all(async (after) => {
        const { viewer } = await ask<{ viewer: { chats: Page<{ id: string }> } }>(
          who,
          `query ($first: Int, $after: Cursor) {
            viewer { chats(first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }
          }`,
          { first, after },
        );
        return viewer.chats;
      });
      return chats.map(({ id }) => id);
    },
    /** All members with their roles, read by pages of so many. */
    members: async (who: Person, chatId: string, first: number) => {
      const found = await all(async (after) => {
        const { chat } = await ask<{ chat: { members: Page<{ role: string; user: { id: string } }> } }>(
          who,
          `query ($id: ID!, $first: Int, $after: Cursor) {
            chat(id: $id) {
              members(first: $first, after: $after) { nodes { role user { id } } pageInfo { hasNextPage endCursor } }
            }
          }`,
          { id: chatId, first, after },
        );
        return chat.members;
      });
      return found.map(({ role, user }) => [user.id, role]);
    },
    async versionOf(chatId: string): Promise<number> {
      const [row] = await onServer<{ version: string }>(
        world.database.primaryUrl,
        'SELECT version FROM chat_heads WHERE chat_id = $1',
        [idOf('Chat', chatId)],
      );
      return Number(row?.version);
    },
  };
}
