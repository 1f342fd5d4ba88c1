import type { Clock } from '../clock/clock.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { PubSub } from '../pubsub/pubsub.ts';
import type { Redis } from '../redis/redis.ts';
import type { Batch } from '../write-behind/buffer.ts';
import { createWriteBehind } from '../write-behind/write-behind.ts';
import { createAttendance, type Attendance } from './attendance.ts';
import { createPresenceWatch, type PresenceWatch } from './watch.ts';

/** Who is here, who comes and goes, and when everybody was here last: all of it that one process needs. */
export interface Presence {
  readonly attendance: Attendance;
  readonly watch: PresenceWatch;
  /** Resolves when what was noted so far is in Redis, or could not be brought there. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

interface Needs {
  /** The state role. */
  readonly redis: Redis;
  readonly pubsub: PubSub;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** First part of every key. */
  readonly app: string;
  /** Removes who has left, and keeps the last activities; any number of processes may. */
  readonly isWorker: boolean;
  /** Keeps last activities, epoch ms by id, for good; as `apply` of a write-behind. */
  readonly keepLatest: (batch: Batch) => Promise<boolean>;
}

/** Short against the time for which the live sets keep who has left. */
const keepEveryMs = 10_000;
/** So many ids one process can gather while Redis is away. */
const maxEntries = 50_000;

export function openPresence({ pubsub, isWorker, keepLatest, ...parts }: Needs): Presence {
  const lastSeen = createWriteBehind({
    ...parts,
    name: 'last-seen',
    flushEveryMs: isWorker ? keepEveryMs : undefined,
    maxEntries,
    apply: keepLatest,
  });
  const attendance = createAttendance({ ...parts, pubsub, sweeps: isWorker, onActivity: lastSeen.latest });
  const watch = createPresenceWatch({ ...parts, pubsub, attendance });
  return {
    attendance,
    watch,
    async idle() {
      await attendance.flush();
      await lastSeen.gather();
    },
    async close() {
      watch.close();
      // First: what it writes for the last time is noted for good as well.
      await attendance.close();
      await lastSeen.close();
    },
  };
}
