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

/** A connection of its own for pub/sub. It reconnects and resubscribes for ever, each time to the next server. */
export interface Subscriber {
  /** The listener is in place before SUBSCRIBE is sent. */
  subscribe(channel: string, listener: ChannelListener): Cancel;
  /** Gives up a connection on which something should have been heard. */
  reconnect(): void;
  close(): Promise<void>;
}

interface SubscriberNeeds {
  /**
   * Servers that hear the same messages: one, or those of a cluster, which broadcasts what is published. Asked anew for
   * each connection. The first begins; its credentials, protocol and database hold for all.
   */
  readonly urls: readonly string[] | (() => readonly string[]);
  readonly log: Log;
  readonly settings?: { readonly connectTimeoutMs?: number; readonly reconnectDelayMs?: number };
}

const defaultPort = 6379;

/** Starts to connect and returns at once. */
export function createSubscriber({ urls, log, settings }: SubscriberNeeds): Subscriber {
  const candidates = () => (typeof urls === 'function' ? urls() : urls).map((url) => new URL(url));
  const reconnectDelayMs = settings?.reconnectDelayMs ?? 150;
  const channels = new Map<string, Set<ChannelListener>>();
  const upChannels = new Set<string>();
  const [first] = candidates();
  const client = new Redis(first?.href ?? '', {
    ...connectionOptions({ connectTimeoutMs: settings?.connectTimeoutMs ?? 1_000, reconnectDelayMs }),
    retryStrategy() {
      moveOn();
      return reconnectDelayMs;
    },
  });
  let present = first?.host;
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

  /** The next attempt to connect goes to the server behind the present one in the list. */
  function moveOn(): void {
    const all = candidates();
    const next = all[(all.findIndex(({ host }) => host === present) + 1) % all.length];
    if (next === undefined) return;
    present = next.host;
    Object.assign(client.options, {
      host: next.hostname.replace(/^\[|\]$/g, ''),
      port: next.port === '' ? defaultPort : Number(next.port),
    });
  }

  function ask(channel: string): void {
    const asked = channels.get(channel);
    client.subscribe(channel).then(
      () => {
        // Who left and came back meanwhile has asked anew, behind an UNSUBSCRIBE: up to that answer nothing is heard.
        if (channels.get(channel) !== asked) return;
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
