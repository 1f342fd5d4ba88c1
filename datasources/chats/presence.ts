import { DomainError } from '../../src/errors/domain-error.ts';
import type { Attendance } from '../../src/presence/attendance.ts';
import type { Change as PresenceChange } from '../../src/presence/follower.ts';
import type { PresenceWatch } from '../../src/presence/watch.ts';
import type { Store } from '../../src/store/store.ts';
import { lastSeenPolicy, selectLastSeen } from './last-seen.ts';

export type { PresenceChange };

/** Whether a user is there. */
export interface Presence {
  readonly userId: string;
  readonly isOnline: boolean;
  /** The last activity, where it is recent enough to be among what is live. */
  readonly lastActiveAt: Date | undefined;
}

interface Needs {
  readonly store: Store;
  readonly attendance: Attendance;
  readonly presenceWatch: PresenceWatch;
}

const maxFollowed = 200;

/** Who is online, and when somebody was seen last. Without Redis nobody is online, and that is all that is wrong. */
export function createPresence({ store, attendance, presenceWatch }: Needs) {
  const sightings = store.batched(attendance.lookUp);
  const lastSeen = store.cached(lastSeenPolicy, selectLastSeen);

  return {
    async get(userId: string): Promise<Presence> {
      const sighting = await sightings.load(userId);
      return {
        userId,
        isOnline: sighting?.isHere ?? false,
        lastActiveAt: sighting && new Date(sighting.at),
      };
    },

    /** Undefined where there was no activity, or none is known of. */
    lastSeenAt: async ({ userId, lastActiveAt }: Presence): Promise<Date | undefined> =>
      lastActiveAt ?? lastSeen.load(userId),

    /** Says that the user is there. Throws `UPSTREAM_UNAVAILABLE` where nobody would see it. */
    beat: (userId: string): Promise<void> => attendance.touchNow(userId),

    /**
     * Who of these users comes and goes from now on. Throws `BAD_USER_INPUT` for none or too many, and
     * `UPSTREAM_UNAVAILABLE` where it could not be heard of.
     */
    follow(userIds: readonly string[]): Promise<AsyncIterable<PresenceChange>> {
      const wanted = new Set(userIds);
      if (wanted.size === 0 || wanted.size > maxFollowed) {
        throw new DomainError(
          'BAD_USER_INPUT',
          `\`userIds\` must name 1 to ${maxFollowed} users, not ${wanted.size}.`,
        );
      }
      return presenceWatch.follow([...wanted]);
    },
  };
}
