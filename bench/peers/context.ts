import DataLoader from 'dataloader';
import { jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import {
  selectChats,
  selectDetails,
  selectInventories,
  selectNewest,
  selectProducts,
  selectUsers,
  type MessageRow,
} from './rows.ts';
import { settings } from './settings.ts';

/** One request's: whoever asks, and the loaders that make one statement of the loads of one tick. */
export interface Context {
  readonly userId: string | undefined;
  readonly loaders: Loaders;
}

type Loaders = ReturnType<typeof createLoaders>;

/** The value of the header `Authorization`. Throws for a token that is not ours. */
export async function createContext(authorization: string | undefined): Promise<Context> {
  const userId = authorization === undefined ? undefined : await verify(authorization.replace('Bearer ', ''));
  return { userId, loaders: createLoaders(userId) };
}

const secret = new TextEncoder().encode(settings.tokenSecret);
/** The gateway remembers as many. */
const verified = new LRUCache<string, string>({ max: 10_000, ttl: 60_000 });

async function verify(token: string): Promise<string | undefined> {
  const known = verified.get(token);
  if (known !== undefined) return known;
  const { payload } = await jwtVerify(token, secret, { algorithms: ['HS256'] });
  if (payload.sub !== undefined) verified.set(token, payload.sub);
  return payload.sub;
}

export interface MessagesKey {
  readonly chatId: string;
  readonly first: number;
}

/** Made when they are first asked for: most requests need one or two. */
function createLoaders(userId: string | undefined) {
  return {
    products: lazily(() => byId(selectProducts, ({ id }) => id)),
    details: lazily(() => byId(selectDetails, ({ id }) => id)),
    inventories: lazily(() => byId(selectInventories, ({ productId }) => productId)),
    users: lazily(() => byId(selectUsers, ({ id }) => id)),
    chats: lazily(() =>
      byId(
        async (ids) => (userId === undefined ? [] : selectChats(userId, ids)),
        ({ id }) => id,
      ),
    ),
    messages: lazily(
      () =>
        new DataLoader<MessagesKey, readonly MessageRow[], string>(loadMessages, {
          cacheKeyFn: ({ chatId, first }) => `${chatId} ${first}`,
        }),
    ),
  };
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const byId = <Row>(select: (ids: readonly string[]) => Promise<readonly Row[]>, idOf: (row: Row) => string) =>
  new DataLoader<string, Row | null>(async (ids) => {
    const found = new Map((await select(ids)).map((row) => [idOf(row), row]));
    return ids.map((id) => found.get(id) ?? null);
  });

async function loadMessages(keys: readonly MessagesKey[]): Promise<readonly (readonly MessageRow[])[]> {
  const most = Math.max(...keys.map(({ first }) => first));
  const chats = new Map<string, MessageRow[]>(keys.map(({ chatId }) => [chatId, []]));
  for (const row of await selectNewest([...chats.keys()], most)) chats.get(row.chatId)?.push(row);
  return keys.map(({ chatId, first }) => (chats.get(chatId) ?? []).slice(0, first));
}
