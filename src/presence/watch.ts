import { z } from 'zod';
import type { Clock } from '../clock/clock.ts';
import { inBackground, type Log } from '../log/log.ts';
import type { PubSub, Subscription } from '../pubsub/pubsub.ts';
import { hereForMs, type Attendance, type Sighting } from './attendance.ts';
import { createFollower, type Follower, type Following } from './follower.ts';
import { byShard, channelOf, shardOf } from './shards.ts';

/** Tells who comes and goes. One for the process, so that an id is heard of and looked up once for all who follow it. */
export interface PresenceWatch {
  /**
   * The changes from the moment in which the promise resolves. Who comes is told at once, or within `lookEveryMs` where
   * the message was lost; who goes, within `lookEveryMs` and 5 s after the time in which one counts as here. While Redis
   * cannot be asked, things stand as they were. Rejects with `UPSTREAM_UNAVAILABLE`.
   */
  follow(ids: readonly string[]): Promise<Following>;
  /** Ends all streams. */
  close(): void;
}

interface Needs {
  readonly attendance: Pick<Attendance, 'lookUp'>;
  readonly pubsub: Pick<PubSub, 'subscribe'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly lookEveryMs?: number;
}

/** An id that somebody follows. */
interface Watched {
  readonly followers: Set<Follower>;
  /** As it was told last; undefined until it is known. */
  isHere: boolean | undefined;
  /** How often it was heard of. */
  heard: number;
}

interface Shard {
  readonly ids: Set<string>;
  /** Undefined while it could not be made, or has ended; tried again with the next look. */
  subscription: Promise<Subscription> | undefined;
}

const defaultLookEveryMs = 20_000;
/**
 * Who was told to be here is gone only so long after the time is up. Else somebody could be active in the moment between
 * the two: not new to the set, so that nobody is told of it, and just not here any more for us.
 */
const graceMs = 5_000;
/** More ids are looked up one batch after the other. */
const maxLook = 1_000;

const message = z.array(z.string());

export function createPresenceWatch({ attendance, pubsub, clock, log, ...needs }: Needs): PresenceWatch {
  const watched = new Map<string, Watched>();
  const shards = new Map<number, Shard>();
  let isLooking = false;

  async function follow(ids: readonly string[]): Promise<Following> {
    const wanted = new Set(ids);
    const follower = createFollower(() => leave(follower, wanted));
    for (const id of wanted) join(follower, id);
    try {
      // First the channels: who comes while we look is then heard of.
      await Promise.all([...byShard(wanted).keys()].map(listen));
      await look([...wanted].filter((id) => watched.get(id)?.isHere === undefined));
    } catch (error) {
      follower.end();
      throw error;
    }
    // Who cannot be looked up is shown as away, and so comes when that is over.
    for (const id of wanted) {
      const one = watched.get(id);
      if (one !== undefined) one.isHere ??= false;
    }
    return follower.stream;
  }

  function join(follower: Follower, id: string): void {
    const one = watched.get(id) ?? { followers: new Set(), isHere: undefined, heard: 0 };
    one.followers.add(follower);
    watched.set(id, one);
    const shard = shards.get(shardOf(id)) ?? { ids: new Set(), subscription: undefined };
    shard.ids.add(id);
    shards.set(shardOf(id), shard);
  }

  function leave(follower: Follower, ids: ReadonlySet<string>): void {
    for (const id of ids) {
      const one = watched.get(id);
      one?.followers.delete(follower);
      if (one === undefined || one.followers.size > 0) continue;
      watched.delete(id);
      const shard = shards.get(shardOf(id));
      shard?.ids.delete(id);
      if (shard === undefined || shard.ids.size > 0) continue;
      shards.delete(shardOf(id));
      shard.subscription?.then(
        (subscription) => subscription.close(),
        () => undefined,
      );
    }
  }

  async function listen(number: number): Promise<void> {
    const shard = shards.get(number);
    if (shard === undefined) return;
    if (shard.subscription === undefined) {
      const subscription = pubsub.subscribe([channelOf(number)]);
      shard.subscription = subscription;
      inBackground(
        log,
        'hearing who comes',
        hear(shard, subscription).finally(() => {
          if (shard.subscription === subscription) shard.subscription = undefined;
        }),
      );
    }
    await shard.subscription;
  }

  async function hear(shard: Shard, subscription: Promise<Subscription>): Promise<void> {
    // Who asked for it is told where it could not be made.
    const heard = await subscription.catch(() => []);
    for await (const each of heard) {
      if (each.kind === 'gap') await look([...shard.ids]);
      else for (const id of idsOf(each.text)) arrived(id);
    }
  }

  function idsOf(text: string): readonly string[] {
    try {
      return message.parse(JSON.parse(text));
    } catch (error) {
      log.warn({ err: error, bytes: text.length }, 'unreadable message of who has come');
      return [];
    }
  }

  function arrived(id: string): void {
    const one = watched.get(id);
    if (one === undefined) return;
    one.heard += 1;
    settle(id, one, true);
  }

  /**
   * What was looked up counts for those only of whom nothing was heard meanwhile. Else:
   *
   * 1. A look finds that somebody is away.
   * 2. Somebody comes; the message is here first, and tells it.
   * 3. The answer of the look says that somebody is gone, and the next look the contrary.
   */
  async function look(ids: readonly string[]): Promise<void> {
    for (let start = 0; start < ids.length; start += maxLook) {
      const some = ids.slice(start, start + maxLook);
      const before = new Map(some.map((id) => [id, watched.get(id)?.heard]));
      const found = await attendance.lookUp(some);
      for (const [id, sighting] of found) {
        const one = watched.get(id);
        if (one !== undefined && one.heard === before.get(id)) settle(id, one, isHere(one, sighting));
      }
    }
  }

  function isHere(one: Watched, sighting: Sighting | undefined): boolean {
    if (sighting === undefined) return false;
    const stays = one.isHere === true && sighting.at >= clock.now() - hereForMs - graceMs;
    return sighting.isHere || stays;
  }

  function settle(id: string, one: Watched, isHere: boolean): void {
    const before = one.isHere;
    one.isHere = isHere;
    if (before === undefined || before === isHere) return;
    for (const follower of one.followers) follower.tell({ id, isHere });
  }

  async function round(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    try {
      await Promise.allSettled([...shards.keys()].map(listen));
      await look([...watched.keys()]);
    } finally {
      isLooking = false;
    }
  }

  const stop = clock.every(needs.lookEveryMs ?? defaultLookEveryMs, () =>
    inBackground(log, 'looking who comes and goes', round()),
  );

  return {
    follow,
    close() {
      stop();
      const followers = new Set([...watched.values()].flatMap((one) => [...one.followers]));
      for (const follower of followers) follower.end();
    },
  };
}
