import type { Clock } from '../clock/clock.ts';
import { unavailable } from '../errors/domain-error.ts';
import { inBackground, type Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { PubSub } from '../pubsub/pubsub.ts';
import { createRoster, type Roster } from './roster.ts';
import { createSampling } from './sampling.ts';
import { byShard, channelOf } from './shards.ts';

/** Who is here: active within the last 5 minutes, through any gateway. One for the process. */
export interface Attendance {
  /** Notes activity at this moment. Costs the caller nothing, is written within `writeEveryMs`, and never fails. */
  readonly touch: (id: string) => void;
  /** The same, written when the promise resolves. Rejects with `UPSTREAM_UNAVAILABLE` where Redis did not take it. */
  readonly touchNow: (id: string) => Promise<void>;
  /**
   * In one round trip to each node of Redis. Undefined for who has not been active of late; who could not be looked up is
   * left out. Never rejects.
   */
  readonly lookUp: (ids: readonly string[]) => Promise<ReadonlyMap<string, Sighting | undefined>>;
  /** About so many of those who were active last, the latest first; fewer where Redis cannot be asked. Never rejects. */
  readonly latest: Roster['latest'];
  /** Removes who has been away for long. */
  readonly sweep: () => Promise<void>;
  /** Writes what was noted. */
  readonly flush: () => Promise<void>;
  /** Flushes for the last time. */
  readonly close: () => Promise<void>;
}

/** Somebody's last activity. */
export interface Sighting {
  /** Epoch ms; up to 30 s behind the truth while somebody is active. */
  readonly at: number;
  readonly isHere: boolean;
}

interface Needs {
  readonly redis: Parameters<typeof createRoster>[0]['redis'];
  readonly pubsub: Pick<PubSub, 'publish'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** First part of every key. */
  readonly app: string;
  /** Whether this process removes who has been away for long; one of all is enough. */
  readonly sweeps: boolean;
  /** Told of each activity that is written, for what keeps it longer than Redis does. */
  readonly onActivity?: (id: string, at: number) => void;
  readonly settings?: Partial<AttendanceSettings>;
}

export interface AttendanceSettings {
  readonly writeEveryMs: number;
  /** Of one id so often at most, short against `hereForMs`. */
  readonly sampleEveryMs: number;
  /** Ids in this process, to be written or written of late. */
  readonly maxEntries: number;
  readonly sweepEveryMs: number;
}

const defaultSettings: AttendanceSettings = {
  writeEveryMs: 250,
  sampleEveryMs: 30_000,
  maxEntries: 50_000,
  sweepEveryMs: 60_000,
};

/** Whoever was active so recently is here. By the clocks of the gateways, which agree within seconds. */
export const hereForMs = 5 * 60_000;
/**
 * Who has left is kept as long again, for the time of the last activity: until then it has reached where it is kept for
 * good, and copies from before it have ended.
 */
export const keptForMs = 2 * hereForMs;
/** Longer commands would keep Redis from its other clients. */
const maxChunk = 1_000;

export function createAttendance(needs: Needs): Attendance {
  const { redis, pubsub, clock, log, metrics, app, onActivity = () => undefined } = needs;
  const settings = { ...defaultSettings, ...needs.settings };
  const roster = createRoster({ redis, app });
  const sampling = createSampling({ everyMs: settings.sampleEveryMs, maxEntries: settings.maxEntries });

  function touch(id: string): void {
    if (!sampling.note(id, clock.now())) metrics.presenceTouches.inc({ outcome: 'dropped' });
  }

  async function touchNow(id: string): Promise<void> {
    const now = clock.now();
    const failed = await write(new Map([[id, now]]));
    if (failed.size > 0) throw unavailable('The store of who is there');
    sampling.skip(id, now);
  }

  async function flush(): Promise<void> {
    const times = [...sampling.take(clock.now())];
    for (let start = 0; start < times.length; start += maxChunk) {
      const failed = await write(new Map(times.slice(start, start + maxChunk)));
      const dropped = sampling.putBack(failed);
      metrics.presenceTouches.inc({ outcome: 'repeated' }, failed.size - dropped);
      metrics.presenceTouches.inc({ outcome: 'dropped' }, dropped);
    }
  }

  /** Resolves to what Redis did not take. */
  async function write(times: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
    for (const [id, at] of times) onActivity(id, at);
    const { came, failed } = await roster.note(times, clock.now() - hereForMs);
    metrics.presenceTouches.inc({ outcome: 'written' }, times.size - failed.length);
    await announce(came);
    return new Map(failed.map((id) => [id, times.get(id) ?? 0]));
  }

  /** What is lost here, whoever follows these ids finds out by looking. */
  async function announce(came: readonly string[]): Promise<void> {
    const shards = [...byShard(came)];
    await Promise.all(shards.map(([shard, ids]) => pubsub.publish(channelOf(shard), JSON.stringify(ids))));
  }

  async function lookUp(ids: readonly string[]): Promise<ReadonlyMap<string, Sighting | undefined>> {
    const times = await roster.look(ids);
    const since = clock.now() - hereForMs;
    return new Map(
      [...times].map(([id, at]) => [id, at === undefined ? undefined : { at, isHere: at >= since }]),
    );
  }

  async function sweep(): Promise<void> {
    metrics.presenceKept.set(await roster.sweep(clock.now() - keptForMs));
  }

  const stops = [
    clock.every(settings.writeEveryMs, () => inBackground(log, 'noting who is here', flush())),
    ...(needs.sweeps
      ? [clock.every(settings.sweepEveryMs, () => inBackground(log, 'removing who has left', sweep()))]
      : []),
  ];

  return {
    touch,
    touchNow,
    lookUp,
    latest: roster.latest,
    sweep,
    flush,
    async close() {
      for (const stop of stops) stop();
      await flush();
    },
  };
}
