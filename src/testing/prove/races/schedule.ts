import type { RedisCommand, RedisReply } from '../../../redis/script.ts';
import type { Random } from '../../../clock/random.ts';
import type { Actor } from './actor.ts';
import { events } from './events.ts';
import type { Mode } from './modes.ts';
import { reader, versionIn } from './readers.ts';
import { createWorld, below, versionAt, type World } from './world.ts';
import { writer } from './writers.ts';

export interface ScheduleResult {
  readonly steps: number;
  readonly staleReads: number;
  /** With everybody gone and every message arrived, the entry still holds an old version. */
  readonly staleAtRest: boolean;
}

interface Party {
  readonly actor: Actor;
  readonly speed: number;
  reply: RedisReply | undefined;
}

/**
 * Two or three writers, three to five readers and a world of changes around one entry, one step at a time: who takes the next one is
 * drawn, the slow ones rarely. Yields the commands of its steps.
 */
export function* schedule(
  mode: Mode,
  random: Random,
  entryKey: string,
): Generator<RedisCommand, ScheduleResult, RedisReply> {
  const world = createWorld(mode, random, entryKey);
  let parties = createParties(world);
  let steps = 0;
  while (parties.length > 0) {
    const party = draw(parties, random);
    const { value: command, done } = party.actor.next(party.reply);
    steps += 1;
    if (done === true) parties = parties.filter((each) => each !== party);
    else party.reply = command === undefined ? undefined : accepted(yield command);
  }
  const held = yield ['get', entryKey];
  yield ['del', entryKey];
  const isValue = typeof held === 'string' && held.startsWith('V');
  return {
    steps,
    staleReads: world.staleReads,
    staleAtRest: isValue && versionIn(held) !== versionAt(world, world.position),
  };
}

function createParties(world: World): readonly Party[] {
  const { random } = world;
  const actors = [
    ...Array.from({ length: 2 + below(random, 2) }, () => writer(world)),
    ...Array.from({ length: 3 + below(random, 3) }, () => reader(world)),
    events(world),
  ];
  // Some take a hundred times as long as others: their messages come late, their fills after everybody else's.
  return actors.map((actor) => ({ actor, speed: 0.01 + random() ** 2, reply: undefined }));
}

function draw(parties: readonly Party[], random: Random): Party {
  let at = random() * parties.reduce((sum, { speed }) => sum + speed, 0);
  for (const party of parties) {
    at -= party.speed;
    if (at < 0) return party;
  }
  const last = parties.at(-1);
  if (last === undefined) throw new Error('nobody is left');
  return last;
}

function accepted(reply: RedisReply): RedisReply {
  if (reply instanceof Error) throw reply;
  return reply;
}
