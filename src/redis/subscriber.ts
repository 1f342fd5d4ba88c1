import { Redis } from 'ioredis';
import type { Cancel } from '../clock/clock.ts';
import type { Log } from '../log/log.ts';
import { connect, connectionOptions, disconnect, reconnect } from './connection.ts';

export interface ChannelListener {
  message(text: string): void;
  /** The server has confirmed the subscription; nothing published from now on is missed until `down`. */
  up(): void;
  /** The connection is gone; whatever is published until the next `up` is lost. */
  down(): void;
}

/** A connection of its own for pub/sub. It reconnects and resubscribes for ever. */
export interface Subscriber {
  /** The listener is in place before SUBSCRIBE is sent. */
  subscribe(channel: string, listener: ChannelListener): Cancel;
  /** Gives up a connection on which something should have been heard. */
  reconnect(): void;
  close(): Promise<void>;
}

interface SubscriberNeeds {
  readonly url: string;
  readonly log: Log;
  readonly settings?: { readonly connectTimeoutMs?: number; readonly reconnectDelayMs?: number };
}

/** Starts to connect and returns at once. */
export function createSubscriber({ url, log, settings }: SubscriberNeeds): Subscriber {
  const channels = new Map<string, Set<ChannelListener>>();
  const upChannels = new Set<string>();
  const client = new Redis(
    url,
    connectionOptions({
      connectTimeoutMs: settings?.connectTimeoutMs ?? 1_000,
      reconnectDelayMs: settings?.reconnectDelayMs ?? 150,
    }),
  );
  client.on('error', (error: Error) => log.debug({ err: error }, 'redis subscriber'));
  client.on('message', (channel: string, text: string) => {
    for (const listener of channels.get(channel) ?? []) listener.message(text);
  });
  client.on('ready', () => {
    for (const channel of channels.keys()) ask(channel);
  });
  client.on('close', () => {
    for (const channel of upChannels) for (const listener of channels.get(channel) ?? []) listener.down();
    upChannels.clear();
  });
  connect(client);

  function ask(channel: string): void {
    client.subscribe(channel).then(
      () => {
        upChannels.add(channel);
        for (const listener of channels.get(channel) ?? []) listener.up();
      },
      (error: unknown) => {
        // Without its subscription the connection is of no use. Where it broke, it is being replaced already.
        log.warn({ err: error, channel }, 'redis subscription failed');
        if (client.status === 'ready') client.disconnect(true);
      },
    );
  }

  function subscribe(channel: string, listener: ChannelListener): Cancel {
    const listeners = channels.get(channel) ?? new Set();
    listeners.add(listener);
    channels.set(channel, listeners);
    if (upChannels.has(channel)) listener.up();
    else if (client.status === 'ready') ask(channel);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      channels.delete(channel);
      upChannels.delete(channel);
      if (client.status === 'ready') client.unsubscribe(channel).catch(() => undefined);
    };
  }

  return { subscribe, reconnect: () => reconnect(client), close: () => disconnect(client) };
}
