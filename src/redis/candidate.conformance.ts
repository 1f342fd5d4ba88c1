import { afterEach, expect } from 'vitest';
import { systemClock, type Clock } from '../clock/clock.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import type { Redis, RedisNeeds, RedisSettings } from './redis.ts';
import { createSubscriber, type Subscriber } from './subscriber.ts';

const log = createLog({ level: 'silent' });

/** What is put to the contract. */
export interface Candidate {
  readonly urls: () => readonly string[];
  readonly open: (needs: Omit<RedisNeeds, 'url'> & { readonly urls: readonly string[] }) => Redis;
}

interface Options {
  readonly clock?: Clock;
  readonly settings?: Partial<RedisSettings>;
}

/** A channel and the events on it; `next` resolves with the one that comes next. */
export function watch(subscriber: Subscriber, channel: string) {
  const events: string[] = [];
  let wake: () => void = () => undefined;
  const push = (event: string) => {
    events.push(event);
    wake();
  };
  subscriber.subscribe(channel, {
    message: (text) => push(text),
    up: () => push('up'),
    down: () => push('down'),
  });
  return {
    events,
    async until(count: number) {
      while (events.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return events;
    },
  };
}

/** In braces, so that whatever begins with it has one slot. */
export const unique = () => `{test-${crypto.randomUUID()}}`;
/** For the tests of one contract: what they open is closed behind each. */
export function openCandidate({ urls, open: openRedis }: Candidate) {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  async function connect({ clock = systemClock, settings = {} }: Options = {}) {
    const metrics = createMetrics();
    const redis = openRedis({ urls: urls(), role: 'cache', clock, metrics, log, settings });
    open.push(redis);
    expect(await redis.untilUp(5_000)).toBe(true);
    const trips = async () => (await metrics.redisRoundTrips.get()).values[0]?.value ?? 0;
    const isOpen = async () => (await metrics.redisBreakerOpen.get()).values.some(({ value }) => value === 1);
    return { redis, trips, isOpen };
  }

  function listen(): Subscriber {
    const subscriber = createSubscriber({ urls: urls(), log });
    open.push(subscriber);
    return subscriber;
  }

  return { connect, listen };
}
