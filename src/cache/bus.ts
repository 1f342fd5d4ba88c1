import type { Clock } from '../clock/clock.ts';
import { isLsn, type Lsn } from '../clock/lsn.ts';
import type { Log } from '../log/log.ts';
import type { Redis } from '../redis/redis.ts';
import type { Subscriber } from '../redis/subscriber.ts';
import type { Background } from './background.ts';

/** Tells every gateway what was invalidated. Delivery is not certain, but its failure is noticed: by heartbeats. */
export interface Bus {
  readonly channel: string;
  /** False while messages may have been missed: copies in this process must not be used then. */
  heard(): boolean;
  invalidated(entryKeys: readonly string[], lsn: Lsn): string;
  close(): void;
}

interface Needs {
  readonly redis: Redis;
  readonly subscriber: Subscriber;
  readonly clock: Clock;
  readonly log: Log;
  readonly background: Background;
  readonly channel: string;
  /** This gateway's name on the bus; its own invalidations are done before they are published. */
  readonly origin: string;
  readonly heartbeatMs: number;
  readonly onInvalidated: (entryKeys: readonly string[], lsn: Lsn) => void;
  /** Messages were missed, or may have been: whatever was copied, or is being read to be copied, may be old. */
  readonly onGap: () => void;
}

/** This many heartbeats may be late before the bus counts as silent. */
export const missedBeats = 3;

type Message =
  | { readonly kind: 'beat' }
  | {
      readonly kind: 'invalidated';
      readonly origin: string;
      readonly lsn: Lsn;
      readonly entryKeys: readonly string[];
    };

export function createBus(needs: Needs): Bus {
  const { redis, subscriber, clock, log, background, channel, origin, heartbeatMs, onInvalidated, onGap } =
    needs;
  let subscribed = false;
  /** When something that proves the bus alive last arrived; undefined until the first and after a gap. */
  let heardAt: number | undefined;
  let silentSince = clock.monotonic();

  /** Computed and not kept, so that a process that was blocked for long does not serve a copy before its timers ran. */
  const heard = () =>
    subscribed && heardAt !== undefined && clock.monotonic() - heardAt < missedBeats * heartbeatMs;

  function receive(text: string): void {
    const message = parse(text);
    if (message === undefined) {
      log.warn({ bytes: text.length }, 'unreadable message on the cache bus');
    } else if (message.kind === 'beat') {
      if (!subscribed) return;
      // Between the last message and this one some may have been lost, and reads that began in the gap hold old values.
      if (!heard()) onGap();
      heardAt = clock.monotonic();
    } else if (message.origin !== origin) {
      onInvalidated(message.entryKeys, message.lsn);
    }
  }

  function gap(reason: string): void {
    if (heardAt !== undefined) log.warn({ reason }, 'cache bus silent: in-process copies are off');
    heardAt = undefined;
    silentSince = clock.monotonic();
    onGap();
  }

  function beat(): void {
    // Where Redis cannot be reached, the missing heartbeat says so.
    background.run(
      'bus heartbeat',
      redis.batch([['publish', channel, `H${origin}`]]).catch(() => undefined),
    );
  }

  async function watch(): Promise<void> {
    beat();
    if (heard() || !subscribed) return;
    await clock.afterPoll();
    if (heard()) return;
    if (heardAt !== undefined) gap('heartbeats are missing');
    else if (redis.state() === 'closed' && clock.monotonic() - silentSince > missedBeats * heartbeatMs) {
      // Heartbeats are sent and do not arrive: that connection is dead, though nobody has closed it.
      silentSince = clock.monotonic();
      subscriber.reconnect();
    }
  }

  const unsubscribe = subscriber.subscribe(channel, {
    message: receive,
    up() {
      subscribed = true;
      silentSince = clock.monotonic();
      beat();
    },
    down() {
      subscribed = false;
      gap('connection closed');
    },
  });
  const stopWatching = clock.every(heartbeatMs, () => background.run('bus watch', watch()));
  const stopListening = redis.onChange((state) => {
    if (state === 'closed') beat();
  });

  return {
    channel,
    heard,
    invalidated: (entryKeys, lsn) => `I${JSON.stringify({ origin, lsn, entryKeys })}`,
    close() {
      stopWatching();
      stopListening();
      unsubscribe();
    },
  };
}

function parse(text: string): Message | undefined {
  if (text.startsWith('H')) return { kind: 'beat' };
  if (!text.startsWith('I')) return undefined;
  try {
    const body: unknown = JSON.parse(text.slice(1));
    if (typeof body !== 'object' || body === null) return undefined;
    const { origin, lsn, entryKeys } = body as Readonly<Record<string, unknown>>;
    if (typeof origin !== 'string' || typeof lsn !== 'string' || !isLsn(lsn) || !Array.isArray(entryKeys))
      return undefined;
    const isText = (key: unknown) => typeof key === 'string';
    return entryKeys.every(isText) ? { kind: 'invalidated', origin, lsn, entryKeys } : undefined;
  } catch {
    return undefined;
  }
}
