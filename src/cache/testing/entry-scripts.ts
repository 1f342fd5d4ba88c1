import type { Lsn } from '../../clock/lsn.ts';
import type { Redis } from '../../redis/redis.ts';
import type { RedisCommand, RedisReply } from '../../redis/script.ts';
import { encodePayload, noRowVersion, toRowVersion } from '../entry.ts';
import { scripts } from '../scripts.ts';

const leaseMs = 2_000;
const fenceMs = 30_000;
export const zero = '0'.repeat(16);
export const lsnOf = (position: number) => position.toString(16).padStart(16, '0') as Lsn;
export const rowOf = (version: number) => (version === 0 ? noRowVersion : toRowVersion(version));
/** 20 hex digits. */
export const tokenOf = (number: number) => (0xa000 + number).toString(16).padStart(20, 'c');
const payloadOf = (text: string | undefined) =>
  encodePayload({ text, freshUntil: 2e12, loadMs: 1, stamps: [] });
export const valueOf = (lsn: number, row: number, token: string, text: string | undefined) =>
  `V${lsnOf(lsn)}${rowOf(row)}${token}${payloadOf(text)}`;
export const fenceOf = (lsn: number, row = 0) => `T${lsnOf(lsn)}${rowOf(row)}`;

/** One command at a time; rejects where the server refuses it. */
export function createRun(redis: () => Redis) {
  return async (...command: RedisCommand): Promise<RedisReply> => {
    const [reply] = await redis().batch([command]);
    if (reply instanceof Error) throw reply;
    return reply ?? null;
  };
}

/** The scripts over one Redis, with numbers for positions and versions. */
export function createEntryScripts(redis: () => Redis) {
  const run = createRun(redis);
  return {
    run,
    get: (key: string) => run('get', key),
    set: (key: string, bytes: string, ttlMs = 60_000) => run('set', key, bytes, 'px', ttlMs),
    lifeOf: async (key: string) => Number(await run('pttl', key)),
    lease: (key: string, token: string, unusable = '') => run(scripts.lease, key, token, leaseMs, unusable),
    fill: (key: string, token: string, lsn: number, row: number, text: string | undefined) =>
      run(scripts.fill, key, token, lsnOf(lsn), rowOf(row), 60_000, payloadOf(text)),
    dirty: (key: string, token: string, markMs = 30_000) => run(scripts.dirty, key, token, markMs, fenceMs),
    clean: (key: string, token: string) => run(scripts.clean, key, token),
    invalidate: (key: string, lsn: number, { conditional = false, token = '', row = 0 } = {}) =>
      run(scripts.invalidate, key, lsnOf(lsn), fenceMs, conditional ? '1' : '0', token, rowOf(row)),
    put: (key: string, written: Put) =>
      run(
        scripts.put,
        key,
        lsnOf(written.lsn),
        lsnOf(written.before),
        rowOf(written.row),
        written.ttlMs ?? 60_000,
        fenceMs,
        written.nonce,
        payloadOf(written.text),
      ),
  };
}

interface Put {
  readonly lsn: number;
  readonly before: number;
  readonly row: number;
  readonly nonce: string;
  readonly text: string;
  readonly ttlMs?: number;
}
