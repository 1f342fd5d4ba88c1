import type { Clock } from '../clock/clock.ts';
import type { Log } from '../log/log.ts';
import type { Redis } from '../redis/redis.ts';
import type { Background } from './background.ts';
import type { Epochs } from './epochs.ts';

/** Notices that Redis was emptied while it went on answering. */
export interface FlushWatch {
  close(): void;
}

interface Needs {
  readonly redis: Pick<Redis, 'batch' | 'groupByNode' | 'state' | 'onChange'>;
  readonly epochs: Pick<Epochs, 'read' | 'raise'>;
  readonly clock: Clock;
  readonly background: Background;
  readonly log: Log;
  /** Keys to choose from, of many slots: one for each node is kept. */
  readonly candidates: readonly string[];
  readonly nextToken: () => string;
  readonly everyMs: number;
}

/** Prolonged by each look, so that only those of an app that is gone come to their end. */
const signForMs = 24 * 3_600_000;

/**
 * 1. A write leaves a fence.  2. Somebody empties Redis, and the fence is gone.  3. A reader fills the key from a replica that
 * has not replayed the write. Nothing in Redis tells of step 1 any more, and the log has been followed past it.
 *
 * So each node keeps a sign that no two gateways write alike. Where it is another than at the last look, the generation is
 * raised: whatever was filled since then is left behind, and under the new one nothing is read from before the raise. It
 * costs no entries, for there are none. An outage is no flush: whoever notices one returns with a floor of its own.
 */
export function createFlushWatch({
  redis,
  epochs,
  clock,
  background,
  log,
  candidates,
  ...needs
}: Needs): FlushWatch {
  const seen = new Map<string, string>();
  let generation: number | undefined;
  let owed = false;
  let looking = false;

  async function look(): Promise<void> {
    const keys = redis.groupByNode(candidates).map(([first = 0]) => candidates[first] ?? '');
    const replaced = await Promise.all(keys.map(isReplaced));
    if (replaced.includes(true)) owed = true;
    if (owed) await raise();
    generation = epochs.read('generation');
  }

  async function isReplaced(key: string): Promise<boolean> {
    const [, held] = await redis.batch([
      ['set', key, needs.nextToken(), 'NX', 'PX', signForMs],
      ['get', key],
      ['pexpire', key, signForMs],
    ]);
    if (typeof held !== 'string') return false;
    const last = seen.get(key);
    seen.set(key, held);
    return last !== undefined && last !== held;
  }

  async function raise(): Promise<void> {
    // Every gateway notices; from the number of the last look only one raises it.
    await epochs.raise('generation', 'Redis was emptied while it was in use', generation);
    owed = false;
  }

  function start(): void {
    if (looking || redis.state() === 'open') return;
    looking = true;
    const looked = look()
      .catch((error: unknown) => log.debug({ err: error }, 'no look for a flush of Redis'))
      .finally(() => (looking = false));
    background.run('looking for a flush', looked);
  }

  const stopListening = redis.onChange((state) => {
    if (state === 'closed') start();
    else seen.clear();
  });
  const stopLooking = clock.every(needs.everyMs, start);
  return {
    close() {
      stopListening();
      stopLooking();
    },
  };
}
