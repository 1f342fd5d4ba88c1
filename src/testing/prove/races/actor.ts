import type { RedisCommand, RedisReply } from '../../../redis/script.ts';

/**
 * A party of a schedule. Each `yield` ends a step: with a command that Redis executes in this step, or with nothing. What
 * others do before its next step, happens in between.
 */
export type Actor = Generator<RedisCommand | undefined, void, RedisReply | undefined>;

/** Of entries, leases and marks: none ends by the clock, lest the machine's speed decide anything. */
export const lifeMs = 3_600_000;
