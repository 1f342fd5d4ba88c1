import { systemClock } from '../../clock/clock.ts';
import { createLog } from '../../log/log.ts';
import { createMetrics } from '../../metrics/metrics.ts';
import { hereForMs, keptForMs } from '../../presence/attendance.ts';
import { createRoster, type Roster } from '../../presence/roster.ts';
import { shardCount } from '../../presence/shards.ts';
import { createRedis, type Redis } from '../../redis/redis.ts';
import { randomAppName } from '../gateway.ts';
import { spreadOf, totalOf, type Spread } from './measures.ts';
import { startOwnRedis } from './own-redis.ts';
import { inSteps, type Check, type Proof, type ProofContext } from './proof.ts';

type Option = 'users' | 'rounds' | 'percent';

const contacts = 200;
const touchesAtOnce = 100;
const chunk = 1_000;
const metrics = createMetrics();

/**
 * What presence costs with everybody there, against the same with nobody there but those who are asked for: both in one
 * Redis, one after the other in each round, so that whatever else the machine does falls on both.
 */
export const presence: Proof<Option> = {
  name: 'presence',
  about: 'A million users are as cheap to look up and to touch as a few, no key is hot, and nobody is kept.',
  takes: '1 min',
  options: {
    users: { about: 'who are there', fallback: 1_000_000 },
    rounds: { about: 'looks and touches, each way', fallback: 500 },
    percent: { about: 'most that they may cost, of those among few', fallback: 200 },
  },
  async run(context) {
    const { users, rounds, percent } = context.options;
    const redis = await openRedis(context);
    const [few, many] = [open(redis), open(redis)];
    const now = systemClock.now();
    const everybody = Array.from({ length: users }, (_, index) => String(index + 1));
    const asked = sample(everybody, contacts);
    const active = sample(everybody, touchesAtOnce);
    await note(few.roster, asked, now);

    const emptyBytes = await usedBytes(redis);
    await inSteps(context, 'Thousands of users', Math.ceil(users / chunk), (index) =>
      note(many.roster, everybody.slice(index * chunk, (index + 1) * chunk), now),
    );
    const bytes = ((await usedBytes(redis)) - emptyBytes) / users;
    const sizes = await sizesOf(redis, many.app);

    const trips = await tripsOf(() => many.roster.look(asked));
    const apart = await tripsOf(async () => {
      for (const id of asked) await many.roster.look([id]);
    });
    const looks = await compare(context, 'Looks', rounds, [few, many], ({ roster }) => roster.look(asked));
    const touches = await compare(context, 'Touches', rounds, [few, many], ({ roster }, round) =>
      note(roster, active, now + round),
    );
    // What it would be to go through the sets instead.
    const scans = await compare(context, 'Control', Math.ceil(rounds / 100), [few, many], ({ app }) =>
      readWhole(redis, app),
    );
    const swept = await context.step('A sweep', () => sweep(many.roster, active, now));
    return {
      checks: [
        oneRoundTrip(trips, apart),
        asCheap('200 look-ups', looks, scans, percent),
        asCheap('100 touches', touches, scans, percent),
        noHotKey(sizes, users),
        nobodyKept(swept, users),
      ],
      figures: {
        microseconds: { looks, touches, scans },
        bytesOfOne: Math.round(bytes),
        largestKey: Math.max(...sizes),
        sweepMs: swept.ms,
      },
    };
  },
};

interface Scene {
  readonly app: string;
  readonly roster: Roster;
}

/** Few first. */
type Compared = readonly [few: Spread, many: Spread];

async function openRedis(context: ProofContext<Option>): Promise<Redis> {
  const { url } = await startOwnRedis(context);
  const redis = await context.resources.open(
    () =>
      Promise.resolve(
        createRedis({
          url,
          role: 'state',
          clock: systemClock,
          metrics,
          log: createLog({ level: 'silent' }),
          settings: { deadlineMs: 10_000 },
        }),
      ),
    (opened) => opened.close(),
  );
  await redis.untilUp(10_000);
  return redis;
}

function open(redis: Redis): Scene {
  const app = randomAppName();
  return { app, roster: createRoster({ redis, app }) };
}

/** Evenly from all of them. */
function sample(ids: readonly string[], count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => ids[Math.floor((index * ids.length) / count)] ?? '');
}

async function note(roster: Roster, ids: readonly string[], at: number): Promise<void> {
  const { failed } = await roster.note(new Map(ids.map((id) => [id, at])), at - hereForMs);
  if (failed.length > 0) throw new Error('Redis did not take all of them');
}

async function tripsOf(work: () => Promise<unknown>): Promise<number> {
  const before = await totalOf(metrics.redisRoundTrips, { role: 'state' });
  await work();
  return (await totalOf(metrics.redisRoundTrips, { role: 'state' })) - before;
}

async function compare(
  context: ProofContext<Option>,
  what: string,
  rounds: number,
  scenes: readonly [few: Scene, many: Scene],
  work: (scene: Scene, round: number) => Promise<unknown>,
): Promise<Compared> {
  const tookUs = scenes.map((): number[] => []);
  await inSteps(context, what, rounds, async (round) => {
    for (const [index, scene] of scenes.entries()) {
      const startedAt = performance.now();
      await work(scene, round);
      tookUs[index]?.push((performance.now() - startedAt) * 1_000);
    }
  });
  return [spreadOf(tookUs[0] ?? []), spreadOf(tookUs[1] ?? [])];
}

const keysOf = async (redis: Redis, app: string): Promise<readonly string[]> => {
  const [keys] = await redis.batch([['keys', `${app}:*`]]);
  return Array.isArray(keys) ? keys.map(String) : [];
};

async function sizesOf(redis: Redis, app: string): Promise<readonly number[]> {
  const keys = await keysOf(redis, app);
  return (await redis.batch(keys.map((key) => ['zcard', key]))).map(Number);
}

/** One of the sets. */
async function readWhole(redis: Redis, app: string): Promise<void> {
  const [key = ''] = await keysOf(redis, app);
  await redis.batch([['zrange', key, 0, -1, 'withscores']]);
}

async function usedBytes(redis: Redis): Promise<number> {
  const [info] = await redis.batch([['info', 'memory']]);
  return Number(/^used_memory:(\d+)/m.exec(String(info))?.[1]);
}

interface Swept {
  readonly ms: number;
  readonly before: number;
  readonly left: number;
  readonly stillHere: number;
}

/** Everybody has been away for long but a few, who are active while the sweep runs. */
async function sweep(roster: Roster, active: readonly string[], now: number): Promise<Swept> {
  const later = now + 2 * keptForMs;
  const before = await roster.sweep(0);
  const startedAt = performance.now();
  await Promise.all([roster.sweep(later - keptForMs), note(roster, active, later)]);
  const ms = Math.round(performance.now() - startedAt);
  const left = await roster.sweep(later - keptForMs);
  const found = await roster.look(active);
  return { ms, before, left, stillHere: [...found.values()].filter((at) => at === later).length };
}

function oneRoundTrip(trips: number, apart: number): Check {
  return {
    what: `round trips for ${contacts} look-ups`,
    found: String(trips),
    must: '1',
    holds: trips === 1,
    control: { found: `${apart} one by one`, fails: apart > 1 },
  };
}

function asCheap(what: string, [few, many]: Compared, scans: Compared, percent: number): Check {
  const share = ([of, among]: Compared) => Math.round((100 * among.p50) / of.p50);
  return {
    what: `${what} among all, of those among few`,
    found: `${share([few, many])} % (${many.p50} of ${few.p50} µs)`,
    must: `≤ ${percent} %`,
    holds: share([few, many]) <= percent,
    control: { found: `${share(scans)} % where one set is read`, fails: share(scans) > percent },
  };
}

function noHotKey(sizes: readonly number[], users: number): Check {
  const most = Math.floor((2 * users) / shardCount);
  const largest = Math.max(...sizes);
  return {
    what: `users in the largest of ${sizes.length} keys`,
    found: String(largest),
    must: `≤ ${most}`,
    holds: largest <= most,
    control: { found: `${users} with one key`, fails: users > most },
  };
}

function nobodyKept({ ms, before, left, stillHere }: Swept, users: number): Check {
  return {
    what: 'users kept once they have been away for long, but for those who are active during the sweep',
    found: `${left - stillHere} beside ${stillHere} of ${touchesAtOnce}, in ${ms} ms`,
    must: `0 beside ${touchesAtOnce}`,
    holds: left === stillHere && stillHere === touchesAtOnce,
    control: { found: `${before} before it`, fails: before === users },
  };
}
