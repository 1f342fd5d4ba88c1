import { defineScript } from '../../../redis/script.ts';
import type { Actor } from './actor.ts';
import { below, type World } from './world.ts';

/** Lets every lease and mark of the entry reach its deadline. */
export const endClaims = defineScript({
  name: 'end-claims',
  keys: 1,
  lua: `
local held = redis.call('GET', KEYS[1])
if not held or not string.find(held, '^[LD]') then return 0 end
local claims = string.gsub(string.sub(held, 30), '(%d%d%d%d%d%d%d%d%d%d%d%d%d)(%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x)', '0000000000000%2')
redis.call('SET', KEYS[1], string.sub(held, 1, 29) .. claims, 'KEEPTTL')
return 1`,
});

const count = 18;

/** What befalls the world, at random. */
export function* events(world: World): Actor {
  for (let happened = 0; happened < count; happened += 1) {
    const [, happen] = choices[below(world.random, choices.length)] ?? choices[0];
    yield* happen(world);
  }
}

const choices = [
  ['replica replays', replay],
  ['replica replays', replay],
  ['replica replays', replay],
  ['gateway samples', sample],
  ['gateway samples', sample],
  ['gateway samples', sample],
  ['other rows change', changeElsewhere],
  ['claims end', claimsEnd],
  ['claims end', claimsEnd],
  ['flush', flush],
  ['eviction', evict],
] as const;

function* replay(world: World): Actor {
  world.replayed += below(world.random, world.position - world.replayed + 1);
  yield undefined;
}

function* sample(world: World): Actor {
  world.gateways[below(world.random, 2) === 0 ? 0 : 1].sampled = world.replayed;
  yield undefined;
}

function* changeElsewhere(world: World): Actor {
  world.position += 1 + below(world.random, 3);
  yield undefined;
}

/** A mark outlives the deadline of its writer's transaction: while one may still commit, no mark ends. */
function* claimsEnd(world: World): Actor {
  yield world.marked.size > 0 ? undefined : [endClaims, world.entryKey];
}

/**
 * Redis loses what it has. A gateway that notices raises its floor before it talks to Redis again: at the earliest to where
 * the primary is now.
 */
function* flush(world: World): Actor {
  for (const write of world.marked) write.metFlush = true;
  if (world.mode.notices) for (const gateway of world.gateways) gateway.floor = world.position;
  yield ['del', world.entryKey];
}

/**
 * What was used least recently is evicted: an entry that nobody has touched for longer than a replica may lag, and not
 * one that a writer has just marked.
 */
function* evict(world: World): Actor {
  if (world.mode.notices) world.horizon = Math.max(world.horizon, world.touchedAt);
  yield world.marked.size > 0 ? undefined : ['del', world.entryKey];
}
