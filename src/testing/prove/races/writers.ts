import { noRowVersion, toRowVersion, type RowVersion } from '../../../cache/entry.ts';
import { scripts } from '../../../cache/scripts.ts';
import type { Lsn } from '../../../clock/lsn.ts';
import type { RedisCommand } from '../../../redis/script.ts';
import { lifeMs, type Actor } from './actor.ts';
import { nextToken, payloadOf, toLsn, type World, type Write } from './world.ts';

const rollbacks = 0.05;
const deathsBeforeCommit = 0.05;
/** Of the writes to rows whose versions are counted. */
const writesThrough = 0.5;

/** One write: the mark of a strict policy, the commit, the invalidation or the new row, the answer. */
export function* writer(world: World): Actor {
  const { mode, random } = world;
  const write: Write = { metFlush: false };
  const token = mode.marks ? nextToken(world) : '';
  if (mode.marks) {
    world.marked.add(write);
    yield [scripts.dirty, world.entryKey, token, lifeMs, lifeMs];
    const end = random();
    if (end < rollbacks + deathsBeforeCommit) {
      world.marked.delete(write);
      if (end < rollbacks) yield [scripts.clean, world.entryKey, token];
      return;
    }
  }
  const before = toLsn(world.position);
  const version = commit(world);
  world.marked.delete(write);
  // The position is sampled after the commit: perhaps after others have committed too.
  if (random() < 0.5) yield undefined;
  const committed: Committed = { version, before, after: toLsn(world.position), token };
  yield undefined;

  const fate = fateOf(world, write);
  // Nobody is answered, and nobody invalidates.
  if (fate === 'dies') return;
  if (fate === 'late') acknowledge(world, version);
  if (fate !== 'lost') {
    world.touchedAt = world.position;
    yield announcement(world, committed);
  }
  acknowledge(world, version);
}

interface Committed {
  readonly version: number;
  /** The primary's position while the row was locked. */
  readonly before: Lsn;
  readonly after: Lsn;
  readonly token: string;
}

/** Each write meets one fault at most: that is what is promised. */
function fateOf(
  { mode: { loss }, random }: World,
  { metFlush }: Write,
): 'arrives' | 'dies' | 'lost' | 'late' {
  const chance = random();
  if (metFlush || chance >= loss * 2) return 'arrives';
  if (chance < loss) return 'lost';
  return chance < loss * 1.5 ? 'dies' : 'late';
}

function commit(world: World): number {
  world.position += 1;
  const version = world.commits.length + 1;
  world.commits.push({ position: world.position, version });
  return version;
}

function announcement(world: World, { version, before, after, token }: Committed): RedisCommand {
  const { mode, entryKey, random } = world;
  if (!mode.fence) return ['del', entryKey];
  const row = rowVersionOf(world, version);
  if (world.isCounted && !mode.strict && random() < writesThrough) {
    return [scripts.put, entryKey, after, before, row, lifeMs, lifeMs, nextToken(world), payloadOf(version)];
  }
  return [scripts.invalidate, entryKey, after, lifeMs, '0', token, row];
}

export const rowVersionOf = ({ isCounted }: World, version: number): RowVersion =>
  isCounted ? toRowVersion(version) : noRowVersion;

function acknowledge(world: World, version: number): void {
  world.acknowledged = Math.max(world.acknowledged, version);
}
