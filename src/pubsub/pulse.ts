import type { Clock } from '../clock/clock.ts';
import { inBackground, type Log } from '../log/log.ts';
import type { Redis } from '../redis/redis.ts';
import type { Subscriber } from '../redis/subscriber.ts';

interface Needs {
  readonly redis: Redis;
  readonly subscriber: Subscriber;
  readonly clock: Clock;
  readonly log: Log;
  readonly channel: string;
  readonly heartbeatMs: number;
  /** Something is heard again after a silence in which messages may have been lost, though the connection stood. */
  readonly onSilence: () => void;
}

/** So many heartbeats in a row must be missing before it counts as a silence. */
const missedBeats = 3;

/**
 * Tells quiet from deaf: without it, a connection over which nothing arrives any more (a cluster in two halves, a cut
 * without a word) is taken for a chat in which nobody writes. Beats are counted by ticks of a timer and not by time, so
 * that a process that was busy for seconds, and then reads everything that waited, does not believe in a gap.
 */
export function createPulse({ redis, subscriber, clock, log, channel, heartbeatMs, onSilence }: Needs) {
  let missed = 0;
  let isUp = false;

  function beat(): void {
    // Where Redis cannot be reached, the missing heartbeat says so.
    inBackground(
      log,
      'live heartbeat',
      redis.batch([['publish', channel, '']]).catch(() => undefined),
    );
  }

  async function tick(): Promise<void> {
    beat();
    await clock.afterPoll();
    if (!isUp) return;
    missed += 1;
    if (missed % missedBeats !== 0 || redis.state() === 'open') return;
    // Beats are sent and do not arrive: that connection is dead, though nobody has closed it.
    log.warn('live messages are silent: connecting anew');
    subscriber.reconnect();
  }

  const leave = subscriber.subscribe(channel, {
    message() {
      const wasSilent = missed >= missedBeats;
      missed = 0;
      if (wasSilent) onSilence();
    },
    up() {
      isUp = true;
      missed = 0;
      beat();
    },
    down() {
      isUp = false;
    },
  });
  const stop = clock.every(heartbeatMs, () => inBackground(log, 'live pulse', tick()));

  return {
    close() {
      stop();
      leave();
    },
  };
}
