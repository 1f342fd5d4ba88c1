import { beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../log/log.ts';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { hereForMs, type Sighting } from './attendance.ts';
import type { Change, Following } from './follower.ts';
import { channelOf, shardOf } from './shards.ts';
import { createFakePubSub, type FakePubSub } from '../testing/fake-pubsub.ts';
import { createPresenceWatch, type PresenceWatch } from './watch.ts';

const lookEveryMs = 20_000;

let clock: FakeClock;
let pubsub: FakePubSub;
let watch: PresenceWatch;
/** What Redis would answer: last activities. */
let seen: Map<string, number>;
let looks: (readonly string[])[];
let isAway: boolean;
/** Holds the next answer back until it is opened. */
let gate: Promise<void> | undefined;

beforeEach(() => {
  clock = createFakeClock();
  pubsub = createFakePubSub();
  seen = new Map();
  [looks, isAway, gate] = [[], false, undefined];
  watch = createPresenceWatch({
    attendance: { lookUp },
    pubsub,
    clock,
    log: createLog({ level: 'silent' }),
    lookEveryMs,
  });
});

async function lookUp(ids: readonly string[]): Promise<ReadonlyMap<string, Sighting | undefined>> {
  looks.push(ids);
  if (isAway) return new Map();
  const found = new Map(ids.map((id) => [id, seen.get(id)]));
  const now = clock.now();
  await gate;
  return new Map(
    [...found].map(([id, at]) => [id, at === undefined ? undefined : { at, isHere: at >= now - hereForMs }]),
  );
}

/** As a touch does it: whoever was not here is announced. */
async function isActive(id: string): Promise<void> {
  const before = seen.get(id);
  seen.set(id, clock.now());
  if (before === undefined || before < clock.now() - hereForMs)
    await pubsub.publish(channelOf(shardOf(id)), JSON.stringify([id]));
  await clock.advance(0);
}

/** Collects what a stream tells. */
function collect(stream: Following): Change[] {
  const changes: Change[] = [];
  void (async () => {
    for await (const change of stream) changes.push(change);
  })();
  return changes;
}

const follow = async (...ids: readonly string[]) => collect(await watch.follow(ids));
const came = (id: string): Change => ({ id, isHere: true });
const went = (id: string): Change => ({ id, isHere: false });

describe('who is followed', () => {
  it('is told once when coming, at once, and once when going, within a look and the grace', async () => {
    const changes = await follow('1', '2');
    await isActive('1');
    expect(changes).toEqual([came('1')]);
    await clock.advance(hereForMs);
    expect(changes).toEqual([came('1')]);
    await clock.advance(5_000 + lookEveryMs);
    expect(changes).toEqual([came('1'), went('1')]);
    await clock.advance(10 * lookEveryMs);
    await isActive('1');
    expect(changes).toEqual([came('1'), went('1'), came('1')]);
  });

  it('and is here already is not told, nor while the activity goes on', async () => {
    seen.set('1', clock.now());
    const changes = await follow('1');
    for (let minute = 0; minute < 20; minute += 1) {
      await clock.advance(60_000);
      await isActive('1');
    }
    expect(changes).toEqual([]);
  });

  it('does not flap at the edge of the five minutes', async () => {
    seen.set('1', clock.now());
    const changes = await follow('1');
    // Active just after, in the grace: the touch announces somebody who was never told to be gone.
    await clock.advance(hereForMs + 1);
    await isActive('1');
    await clock.advance(3 * lookEveryMs);
    expect(changes).toEqual([]);
  });

  it('comes with the next look where the message was lost', async () => {
    const changes = await follow('1');
    pubsub.isDeaf = true;
    await isActive('1');
    expect(changes).toEqual([]);
    await clock.advance(lookEveryMs);
    expect(changes).toEqual([came('1')]);
  });

  it('comes at once behind a gap', async () => {
    const changes = await follow('1');
    pubsub.isDeaf = true;
    await isActive('1');
    pubsub.gap();
    await clock.advance(0);
    expect(changes).toEqual([came('1')]);
  });
});

it('a look that was sent before somebody came does not send them away again', async () => {
  const changes = await follow('1');
  let open: () => void = () => undefined;
  gate = new Promise((resolve) => (open = resolve));
  await clock.advance(lookEveryMs);
  // Redis has answered “away”; the answer is under way.
  await isActive('1');
  open();
  gate = undefined;
  await clock.advance(3 * lookEveryMs);
  expect(changes).toEqual([came('1')]);
});

it('hears who comes while it looks for the first time', async () => {
  let open: () => void = () => undefined;
  gate = new Promise((resolve) => (open = resolve));
  const following = watch.follow(['1']);
  await clock.advance(0);
  await isActive('1');
  open();
  const changes = collect(await following);
  await clock.advance(10 * lookEveryMs);
  // The stream begins when somebody may hear it: by then there is no change any more, but that of going.
  expect(changes.filter(({ isHere }) => !isHere)).toEqual([]);
});

it('tells nobody gone while Redis is away, and goes on when it is back', async () => {
  seen.set('1', clock.now());
  const changes = await follow('1', '2');
  isAway = true;
  await clock.advance(2 * hereForMs);
  expect(changes).toEqual([]);
  isAway = false;
  seen.set('2', clock.now());
  await clock.advance(lookEveryMs);
  expect(changes.toSorted((one, other) => one.id.localeCompare(other.id))).toEqual([went('1'), came('2')]);
});

describe('many who follow the same', () => {
  it('cost one look and one channel together, and each hears every change', async () => {
    const all = [];
    for (let index = 0; index < 50; index += 1) all.push(await follow('1', '2'));
    expect(looks).toEqual([['1', '2']]);
    await isActive('2');
    expect(all.every((changes) => changes.length === 1)).toBe(true);
    await clock.advance(lookEveryMs);
    expect(looks).toHaveLength(2);
    expect(pubsub.channels()).toEqual([channelOf(shardOf('2')), channelOf(shardOf('1'))]);
  });

  it('leave nothing behind', async () => {
    const streams = await Promise.all([watch.follow(['1', '2']), watch.follow(['2', '3'])]);
    for (const stream of streams) await stream.return?.();
    await clock.advance(lookEveryMs);
    expect(pubsub.channels()).toEqual([]);
    expect(looks.length).toBeLessThanOrEqual(2);
  });

  it('more than fit into one batch are looked up in several', async () => {
    await follow(...Array.from({ length: 2_500 }, (_, index) => String(index + 1)));
    expect(looks.map(({ length }) => length)).toEqual([1_000, 1_000, 500]);
  });
});

it('who cannot listen is told so, and nothing stays open', async () => {
  const failing = createPresenceWatch({
    attendance: { lookUp },
    pubsub: { subscribe: () => Promise.reject(new Error('no Redis')) },
    clock,
    log: createLog({ level: 'silent' }),
  });
  await expect(failing.follow(['1'])).rejects.toThrow('no Redis');
  await clock.advance(60_000);
  expect(looks).toEqual([]);
});

it('makes a lost subscription anew', async () => {
  const changes = await follow('1');
  pubsub.hangUp();
  await clock.advance(0);
  expect(pubsub.channels()).toEqual([]);
  await clock.advance(lookEveryMs);
  await isActive('1');
  expect(changes).toEqual([came('1')]);
});

it('passes over what is no list of ids', async () => {
  const changes = await follow('1');
  for (const text of ['', '{', '7', '{"id":"1"}', '[1]', 'null'])
    await pubsub.publish(channelOf(shardOf('1')), text);
  await isActive('1');
  expect(changes).toEqual([came('1')]);
});

it('ends all streams when it is closed', async () => {
  const stream = await watch.follow(['1']);
  const waiting = stream.next();
  watch.close();
  expect(await waiting).toEqual({ value: undefined, done: true });
});
