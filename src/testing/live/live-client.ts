import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';

interface Options {
  readonly token?: string | undefined;
  readonly lazy?: boolean;
  readonly retryAttempts?: number;
  readonly onClosed?: ((code: number) => void) | undefined;
}

export const socketUrl = (url: string): string => `${url.replace(/^http/, 'ws')}/graphql`;

/** The client that browsers use, without its patience: it does not connect again unless told to. */
export function liveClient(
  url: string,
  { token, lazy = true, retryAttempts = 0, onClosed }: Options = {},
): LiveClient {
  const closes: number[] = [];
  const client = createClient({
    url: socketUrl(url),
    webSocketImpl: WebSocket,
    lazy,
    retryAttempts,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
    onNonLazyError: () => undefined,
    ...(token === undefined ? {} : { connectionParams: { authorization: `Bearer ${token}` } }),
    on: {
      closed(event) {
        const { code } = event as { code: number };
        closes.push(code);
        onClosed?.(code);
      },
    },
  });
  return { client, closes, close: async () => client.dispose() };
}

export interface LiveClient {
  readonly client: Client;
  /** Codes with which its sockets were closed. */
  readonly closes: readonly number[];
  close(): Promise<void>;
}

/** What a subscription has brought so far, and how it ended. */
export interface Listening {
  readonly answers: readonly LiveAnswer[];
  /** Undefined while it is open; `complete`, or what it failed with. */
  end(): unknown;
  stop(): void;
}

export interface LiveAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

export function listen(
  { client }: LiveClient,
  query: string,
  variables: Record<string, unknown> = {},
  fields: Readonly<Record<string, unknown>> = {},
): Listening {
  const answers: LiveAnswer[] = [];
  let end: unknown;
  const stop = client.subscribe<LiveAnswer['data']>(
    { query, variables, ...fields },
    {
      next: (answer) => answers.push(answer as LiveAnswer),
      error: (error) => (end = error),
      complete: () => (end ??= 'complete'),
    },
  );
  return { answers, end: () => end, stop };
}

/** The first answer of an operation. */
export async function ask({ client }: LiveClient, query: string, variables: Record<string, unknown> = {}) {
  for await (const answer of client.iterate({ query, variables })) return answer as LiveAnswer;
  throw new Error('no answer came');
}
