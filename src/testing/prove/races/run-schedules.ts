import type { Redis } from 'ioredis';
import { scripts } from '../../../cache/scripts.ts';
import { seededRandom } from '../../../clock/random.ts';
import { byHash, joinCalls } from '../../../redis/joined-calls.ts';
import type { RedisCommand, RedisReply, Script } from '../../../redis/script.ts';
import { endClaims } from './events.ts';
import type { Mode } from './modes.ts';
import { schedule, type ScheduleResult } from './schedule.ts';

export interface Tally {
  schedules: number;
  steps: number;
  /** Schedules in which an old version was read from the cache, or stayed in it. */
  stale: number;
  staleReads: number;
  staleAtRest: number;
}

export interface Run {
  readonly mode: Mode;
  readonly seed: number;
  /** Schedules `from` to `to - 1`; what happens in one depends on its number and the seed alone. */
  readonly from: number;
  readonly to: number;
  readonly tally: Tally;
}

interface Running {
  readonly steps: Generator<RedisCommand, ScheduleResult, RedisReply>;
  readonly command: RedisCommand;
}

/** Schedules that share a round trip; each has an entry of its own, so none sees the others. */
const atOnce = 800;
/** Keeps the chances of different seeds apart. */
const stride = 0x1000193;

export const emptyTally = (): Tally => ({ schedules: 0, steps: 0, stale: 0, staleReads: 0, staleAtRest: 0 });

export async function loadScripts(redis: Redis): Promise<void> {
  for (const { lua } of [...Object.values<Script>(scripts), endClaims]) await redis.script('LOAD', lua);
}

/** Runs the schedules and adds what they found to the tally. */
export async function runSchedules(redis: Redis, { mode, seed, from, to, tally }: Run): Promise<void> {
  let next = from;
  const start = (): Running | undefined => {
    if (next >= to) return undefined;
    const index = next++;
    const steps = schedule(mode, seededRandom(Math.imul(seed, stride) + index), `race:${index}`);
    return running(steps, steps.next(), tally) ?? start();
  };
  const refill = (present: readonly Running[]) => {
    const all = [...present];
    for (let one = start(); one !== undefined; one = all.length < atOnce ? start() : undefined) all.push(one);
    return all;
  };

  let all = refill([]);
  while (all.length > 0) {
    const replies = await exchange(redis, all);
    const going = all.flatMap(({ steps }, index) => {
      const still = running(steps, steps.next(replies[index] ?? null), tally);
      return still === undefined ? [] : [still];
    });
    all = going.length < atOnce ? refill(going) : going;
  }
}

function running(
  steps: Running['steps'],
  { done, value }: IteratorResult<RedisCommand, ScheduleResult>,
  tally: Tally,
): Running | undefined {
  if (done !== true) return { steps, command: value };
  tally.schedules += 1;
  tally.steps += value.steps;
  tally.staleReads += value.staleReads;
  if (value.staleAtRest) tally.staleAtRest += 1;
  if (value.staleAtRest || value.staleReads > 0) tally.stale += 1;
  return undefined;
}

async function exchange(redis: Redis, all: readonly Running[]): Promise<readonly RedisReply[]> {
  const pipeline = redis.pipeline();
  const commands = all.map(({ command }) => command);
  const { wire, split } = joinCalls(commands, { form: byHash, apart: false });
  for (const [name, ...args] of wire) pipeline.call(name, ...args);
  const results = await pipeline.exec();
  if (results === null) throw new Error('the pipeline was dropped');
  return split(results.map(([error, reply]) => error ?? (reply as RedisReply)));
}
