import type { RedisCommand } from './script.ts';

/** Commands of this project that any server can answer, or that are meant for whichever is asked. */
const keyless = new Set([
  'cluster',
  'config',
  'dbsize',
  'flushall',
  'info',
  'ping',
  'publish',
  'scan',
  'script',
  'time',
  'wait',
]);

/** The first key that the commands name; undefined where none of them has any. */
export function firstKey(commands: readonly RedisCommand[]): string | undefined {
  for (const command of commands) {
    const key = keyOf(command);
    if (key !== undefined) return key;
  }
  return undefined;
}

function keyOf([name, ...args]: RedisCommand): string | undefined {
  if (typeof name !== 'string') return name.keys > 0 ? textOf(args[0]) : undefined;
  const command = name.toLowerCase();
  if (command === 'eval' || command === 'evalsha') return Number(args[1]) > 0 ? textOf(args[2]) : undefined;
  return keyless.has(command) ? undefined : textOf(args[0]);
}

const textOf = (argument: string | number | undefined) =>
  argument === undefined ? undefined : String(argument);
