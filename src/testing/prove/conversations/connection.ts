import { createClient } from 'graphql-sse';
import { liveClient, type LiveAnswer } from '../../live/live-client.ts';
import type { Person } from './people.ts';

/** By a WebSocket for all chats, or by server-sent events, a request for each. */
export type Way = 'socket' | 'events';

/** The library of an application, without its own patience: it does not connect again by itself. */
export interface Connection {
  iterate(request: {
    readonly query: string;
    readonly variables: Record<string, unknown>;
  }): AsyncIterable<unknown>;
  close(): void;
}

export function connect(
  url: string,
  { token }: Person,
  by: Way,
  onClosed?: (code: number) => void,
): Connection {
  if (by === 'socket') {
    const { client } = liveClient(url, { token, onClosed });
    return { iterate: (request) => client.iterate(request), close: () => void client.dispose() };
  }
  const client = createClient({
    url: `${url}/graphql`,
    headers: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  return { iterate: (request) => client.iterate(request), close: () => client.dispose() };
}

export interface Listening {
  readonly chatId: string;
  /** The last one that was seen. */
  readonly after: string | undefined;
  /** Of the subscription; the contract's when not given. */
  readonly field?: string;
}

/** Global ids of messages as they come; ends at an error in place of one, and throws where the connection does. */
export async function* messagesOf(
  connection: Connection,
  { chatId, after, field = 'messageAdded' }: Listening,
): AsyncGenerator<string, void> {
  const query = `subscription ($chatId: ID!, $after: ID) { message: ${field}(chatId: $chatId, after: $after) { id } }`;
  for await (const answer of connection.iterate({ query, variables: { chatId, after } })) {
    const { data, errors } = answer as LiveAnswer;
    const message = data?.['message'] as { readonly id: string } | null | undefined;
    if (errors !== undefined || message == null) return;
    yield message.id;
  }
}
