import { decodeEntry, noRowVersion } from '../../../cache/entry.ts';
import { scripts } from '../../../cache/scripts.ts';
import { zeroLsn, type Lsn } from '../../../clock/lsn.ts';
import type { RedisReply } from '../../../redis/script.ts';
import { lifeMs, type Actor } from './actor.ts';
import { below, nextToken, payloadOf, toLsn, versionAt, type GatewayView, type World } from './world.ts';
import { rowVersionOf } from './writers.ts';

const readsEach = 3;
/** Of those that read to fill. */
const deaths = 0.1;

/** A client that reads one time after another, each through some gateway. */
export function* reader(world: World): Actor {
  for (let reads = 0; reads < readsEach; reads += 1) {
    const gateway = world.gateways[below(world.random, 2) === 0 ? 0 : 1];
    yield* world.mode.lease ? readThrough(world, gateway) : readPlainly(world, gateway);
  }
}

/** GET, LEASE, snapshot, FILL: each a step of its own, with whatever may happen in between. */
function* readThrough(world: World, gateway: GatewayView): Actor {
  const due = world.acknowledged;
  const held = yield ['get', world.entryKey];
  const seen = typeof held === 'string' ? decodeEntry(held) : undefined;
  if (seen?.kind === 'value') {
    observe(world, versionIn(held), due);
    return;
  }

  const token = nextToken(world);
  const answer = yield [scripts.lease, world.entryKey, token, lifeMs, ''];
  const [kind, text] = readLease(answer);
  if (kind === 'V') {
    observe(world, versionIn(text), due);
    return;
  }
  // Somebody else's lease, or a writer's mark: read past the cache, and never filled.
  if (kind !== 'L') return;

  yield undefined;
  const { version, label } = snapshot(world, gateway, text);
  // Nobody gives the lease of a dead reader back.
  if (world.random() < deaths) return;
  // A source that failed.
  if (world.random() < deaths) {
    yield [scripts.release, world.entryKey, token];
    return;
  }
  const row = rowVersionOf(world, version);
  yield [scripts.fill, world.entryKey, token, label, row, lifeMs, payloadOf(version)];
}

/** GET, snapshot, SET. */
function* readPlainly(world: World, gateway: GatewayView): Actor {
  const due = world.acknowledged;
  const held = yield ['get', world.entryKey];
  if (held !== null) {
    observe(world, versionIn(held), due);
    return;
  }
  yield undefined;
  const { version, label } = snapshot(world, gateway, zeroLsn);
  const entry = `V${label}${noRowVersion}${nextToken(world)}${payloadOf(version)}`;
  yield ['set', world.entryKey, entry, 'px', lifeMs];
}

/** The gateway's rule: a replica that is known to have all that is asked for, else the primary. */
function snapshot(world: World, gateway: GatewayView, fence: Lsn) {
  const { floor, sampled } = gateway;
  const isFit = toLsn(sampled) >= fence && sampled >= floor && sampled >= world.horizon;
  if (world.mode.strict || !isFit) return { version: versionAt(world, world.position), label: fence };
  return { version: versionAt(world, world.replayed), label: toLsn(sampled) };
}

/** `due`: what was acknowledged before the read began. */
function observe(world: World, version: number, due: number): void {
  if (version < due) world.staleReads += 1;
}

/** Throws where the entry is not a value that a reader has written. */
export function versionIn(reply: RedisReply | undefined): number {
  const entry = typeof reply === 'string' ? decodeEntry(reply) : undefined;
  const version = entry?.kind === 'value' ? Number(entry.payload.text) : Number.NaN;
  if (!Number.isInteger(version)) throw new Error(`not a value: ${String(reply)}`);
  return version;
}

function readLease(answer: RedisReply | undefined): readonly [string, Lsn] {
  if (!Array.isArray(answer)) throw new Error(`not an answer of LEASE: ${String(answer)}`);
  const [kind, text] = answer as readonly RedisReply[];
  return [String(kind), String(text) as Lsn];
}
