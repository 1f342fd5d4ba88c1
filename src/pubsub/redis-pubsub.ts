import type { Cancel, Clock } from '../clock/clock.ts';
import { unavailable } from '../errors/domain-error.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Redis } from '../redis/redis.ts';
import type { Subscriber } from '../redis/subscriber.ts';
import { createBacklog, type Backlog, type BacklogLimits } from './backlog.ts';
import { createChannels, type Channels } from './channels.ts';
import { createPulse } from './pulse.ts';
import type { PubSub, Subscription } from './pubsub.ts';

export interface PubSubSettings extends BacklogLimits {
  /** Between two heartbeats; three that do not come are a silence. */
  readonly heartbeatMs: number;
  /** Redis must confirm a subscription within this time. */
  readonly subscribeTimeoutMs: number;
}

const defaultPubSubSettings: PubSubSettings = {
  // A reader that keeps up has none or a few waiting; a second of a busy chat fits. A thousand who each listen to
  // something else, and read nothing, take some 60 MB.
  maxMessages: 400,
  maxCharacters: 40_000,
  heartbeatMs: 500,
  subscribeTimeoutMs: 2_000,
};

interface Needs {
  readonly redis: Redis;
  /** May be shared with others: it is one connection for the process. */
  readonly subscriber: Subscriber;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  /** First part of every channel. */
  readonly app: string;
  readonly settings?: Partial<PubSubSettings>;
}

/** Its `close` ends every subscription. */
export interface RedisPubSub extends PubSub {
  close(): void;
}

/** On plain Redis pub/sub, which a cluster broadcasts: any node can be told, and any can be listened to. */
export function createPubSub({ redis, subscriber, clock, metrics, log, app, ...needs }: Needs): RedisPubSub {
  const settings = { ...defaultPubSubSettings, ...needs.settings };
  const nameOf = (channel: string) => `${app}:live:${channel}`;
  const channels = createChannels({ subscriber, nameOf, metrics });
  const pulse = createPulse({
    redis,
    subscriber,
    clock,
    log,
    channel: `${app}:pulse`,
    heartbeatMs: settings.heartbeatMs,
    onSilence: () => channels.tellGap(),
  });
  const open = new Set<Subscription>();

  async function publish(channel: string, text: string): Promise<boolean> {
    try {
      const [reply] = await redis.batch([['publish', nameOf(channel), text]]);
      return !(reply instanceof Error);
    } catch (error) {
      log.debug({ err: error, channel }, 'a message was not published');
      return false;
    }
  }

  async function subscribe(names: readonly string[]): Promise<Subscription> {
    const leave: Cancel[] = [];
    const backlog = createBacklog({
      limits: settings,
      onEnd(how) {
        for (const cancel of leave) cancel();
        if (!open.delete(backlog)) return;
        metrics.pubsubSubscriptions.dec();
        if (how === 'slow') metrics.pubsubSlow.inc();
      },
    });
    open.add(backlog);
    metrics.pubsubSubscriptions.inc();
    const heard = [...new Set(names)].map((name) => join(channels, name, backlog, leave));
    try {
      await withinTime(Promise.all(heard));
      return backlog;
    } catch (error) {
      backlog.close();
      throw error;
    }
  }

  function withinTime(work: Promise<unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = clock.after(settings.subscribeTimeoutMs, () => {
        void clock.afterPoll().then(() => reject(unavailable('The live messages')));
      });
      void work.then(() => {
        cancel();
        resolve();
      });
    });
  }

  return {
    publish,
    subscribe,
    close() {
      pulse.close();
      for (const subscription of [...open]) subscription.close();
    },
  };
}

/** Resolves when the channel is heard. */
function join(channels: Channels, name: string, backlog: Backlog, leave: Cancel[]): Promise<void> {
  return new Promise((resolve) => {
    leave.push(channels.join(name, { push: (heard) => backlog.push(heard), onUp: resolve }));
  });
}
