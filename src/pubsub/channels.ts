import type { Cancel } from '../clock/clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Subscriber } from '../redis/subscriber.ts';
import type { Heard } from './pubsub.ts';

/** Channels of the process, each subscribed to once however many listen, and for as long as one does. */
export interface Channels {
  join(name: string, member: Member): Cancel;
  /** Something was lost though no connection was: tells every member. */
  tellGap(): void;
}

interface Member {
  push(heard: Heard): void;
  /** The channel is heard; called at once where it is already. */
  onUp(): void;
}

interface Channel {
  readonly members: Set<Member>;
  isUp: boolean;
  /** It was heard before, so that being heard again means that something may have been missed. */
  wasUp: boolean;
  leave: Cancel;
}

interface Needs {
  readonly subscriber: Subscriber;
  readonly nameOf: (channel: string) => string;
  readonly metrics: Metrics;
}

export function createChannels({ subscriber, nameOf, metrics }: Needs): Channels {
  const channels = new Map<string, Channel>();

  function open(name: string): Channel {
    const channel: Channel = { members: new Set(), isUp: false, wasUp: false, leave: () => undefined };
    channels.set(name, channel);
    channel.leave = subscriber.subscribe(nameOf(name), {
      message(text) {
        // One object for all members: however many wait for it, the text is there once.
        const heard: Heard = { kind: 'message', channel: name, text };
        metrics.pubsubMessages.inc(channel.members.size);
        for (const member of channel.members) member.push(heard);
      },
      up() {
        if (channel.wasUp) tellMembers(channel);
        channel.isUp = channel.wasUp = true;
        for (const member of channel.members) member.onUp();
      },
      down() {
        channel.isUp = false;
      },
    });
    return channel;
  }

  function tellMembers({ members }: Channel): void {
    metrics.pubsubGaps.inc(members.size);
    for (const member of members) member.push({ kind: 'gap' });
  }

  return {
    join(name, member) {
      const channel = channels.get(name) ?? open(name);
      channel.members.add(member);
      if (channel.isUp) member.onUp();
      return () => {
        if (!channel.members.delete(member) || channel.members.size > 0) return;
        channels.delete(name);
        channel.leave();
      };
    },
    tellGap() {
      for (const channel of channels.values()) tellMembers(channel);
    },
  };
}
