import type { Random } from '../../../clock/random.ts';
import { zeroLsn, type Lsn } from '../../../clock/lsn.ts';
import { encodePayload } from '../../../cache/entry.ts';
import type { Mode } from './modes.ts';

/**
 * One row of a primary, a replica that replays late, and two gateways that know of both what they have sampled. Everything
 * here moves only in steps of the schedule, so that a seed decides all of it; only the entry itself is in Redis.
 */
export interface World {
  readonly mode: Mode;
  readonly random: Random;
  readonly entryKey: string;
  /** Whether the policy counts the row's versions, so that writers may store what they have written. */
  readonly isCounted: boolean;
  readonly gateways: readonly [GatewayView, GatewayView];
  /** Position of the primary's log, moved by commits of this row and of others. */
  position: number;
  /** What the replica has replayed. */
  replayed: number;
  /** Where the primary was a replica's greatest lag ago: one that lies further behind is not read. */
  horizon: number;
  /** The primary's position when the entry was last touched. */
  touchedAt: number;
  /** Versions of the row by the position of their commits, the newest last. */
  readonly commits: { readonly position: number; readonly version: number }[];
  /** The newest version whose writer was answered. */
  acknowledged: number;
  /** Writers between their mark and their commit. */
  readonly marked: Set<Write>;
  tokens: number;
  staleReads: number;
}

export interface GatewayView {
  /** The replica's position as last sampled: a lower bound. */
  sampled: number;
  /** Raised to the primary's position when Redis was lost, before it is read again. */
  floor: number;
}

export interface Write {
  /** A flush has taken its mark along: that is the one fault of this write. */
  metFlush: boolean;
}

export function createWorld(mode: Mode, random: Random, entryKey: string): World {
  return {
    mode,
    random,
    entryKey,
    isCounted: random() < 0.5,
    gateways: [
      { sampled: 1, floor: 0 },
      { sampled: 1, floor: 0 },
    ],
    position: 1,
    replayed: 1,
    horizon: 0,
    touchedAt: 1,
    commits: [{ position: 1, version: 1 }],
    acknowledged: 1,
    marked: new Set(),
    tokens: 0,
    staleReads: 0,
  };
}

export function versionAt({ commits }: World, position: number): number {
  return commits.findLast((commit) => commit.position <= position)?.version ?? 0;
}

/** 20 hex digits, as the gateways make them. */
export const nextToken = (world: World): string => (++world.tokens).toString(16).padStart(20, '0');

export const toLsn = (position: number) => (zeroLsn + position.toString(16)).slice(-16) as Lsn;

export const payloadOf = (version: number): string =>
  encodePayload({ text: String(version), freshUntil: 0, loadMs: 0, stamps: [] });

export const below = (random: Random, bound: number): number => Math.floor(random() * bound);
