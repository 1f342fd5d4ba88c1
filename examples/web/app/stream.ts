import { createClient, type Client, type SubscribePayload } from 'graphql-ws';
import {
  MessageAddedDocument,
  type ChatMessageFragment,
  type MessageAddedSubscription,
} from './generated/documents.ts';
import { faultOfStream, GatewayFault, waitBefore, type Fault } from './faults.ts';
import { pause } from './pause.ts';
import { payloadOf, unknownDocument } from './registered.ts';

/** What comes by itself, over one WebSocket for the whole session. */
export interface Streams {
  /**
   * Shows the messages of a chat that were sent after the one that was seen last, each once and in order, whatever becomes
   * of the connection. Resolves when there will be none any more; rejects with `GatewayFault`, or with the signal's reason.
   */
  followChat(options: FollowOptions): Promise<void>;
  close(): void;
}

export interface FollowOptions {
  readonly chatId: string;
  /** Id of the last message seen; what is sent from now on where there is none. */
  readonly after: string | undefined;
  readonly signal: AbortSignal;
  readonly show: (message: ChatMessageFragment) => void;
  readonly onState: (state: StreamState) => void;
}

export type StreamState = 'connecting' | 'live';

interface Needs {
  /** Such as `ws://127.0.0.1:4000/graphql`. */
  readonly url: string;
  readonly token: string;
}

/** Not through urql, for which a stream that has ended and one that is silent are the same. */
export function createStreams({ url, token }: Needs): Streams {
  let isConnected = false;
  const client = createClient({
    url,
    connectionParams: { authorization: `Bearer ${token}` },
    // Left to itself it would subscribe again with the variables of the first time, and miss what came in between.
    retryAttempts: 0,
    on: { connected: () => void (isConnected = true), closed: () => void (isConnected = false) },
  });

  async function followChat({ chatId, after, signal, show, onState }: FollowOptions): Promise<void> {
    let last = after;
    let attempt = 0;
    let isWhole = false;
    const connected = () => {
      attempt = 0;
      onState('live');
    };
    const unlisten = client.on('connected', connected);
    if (isConnected) connected();
    const payload = () => payloadOf(MessageAddedDocument, { chatId, after: last }, isWhole);
    try {
      for (;;) {
        const fault = await hear(client, payload(), signal, (message) => {
          show(message);
          last = message.id;
        });
        signal.throwIfAborted();
        if (fault === undefined) return;
        if (fault.code === unknownDocument && !isWhole) {
          isWhole = true;
          continue;
        }
        attempt += 1;
        onState('connecting');
        const ms = waitBefore(fault, attempt, 'always');
        if (ms === undefined) throw new GatewayFault(fault);
        await pause(ms, signal);
      }
    } finally {
      unlisten();
    }
  }

  return { followChat, close: () => void client.dispose() };
}

/** One subscription until it ends: undefined where the gateway has ended it, or the signal; else why it broke off. */
async function hear(
  client: Client,
  payload: SubscribePayload,
  signal: AbortSignal,
  show: FollowOptions['show'],
): Promise<Fault | undefined> {
  const stream = client.iterate<MessageAddedSubscription>(payload);
  const stop = () => void stream.return?.();
  signal.addEventListener('abort', stop);
  try {
    for await (const { data, errors } of stream) {
      // One that could not be read just now is asked for again; going on would pass over it.
      if (data?.messageAdded == null) return faultOfStream(errors);
      show(data.messageAdded);
    }
    return undefined;
  } catch (error) {
    return faultOfStream(error);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
