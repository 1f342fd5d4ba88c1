import { createHash } from 'node:crypto';

/** A Lua script, sent by its hash and in full only where the server does not know it. */
export interface Script {
  readonly name: string;
  readonly lua: string;
  /** How many of the arguments, from the left, are keys. */
  readonly keys: number;
  readonly sha: string;
}

export function defineScript(definition: Omit<Script, 'sha'>): Script {
  return { ...definition, sha: createHash('sha1').update(definition.lua).digest('hex') };
}

type Argument = string | number;

/** A command by name, or a script followed by its keys and arguments. */
export type RedisCommand = readonly [name: string | Script, ...args: readonly Argument[]];

/** What the server answered to one command; a refusal is a value, not a throw. */
export type RedisReply = string | number | null | Error | readonly RedisReply[];

export type WireCommand = readonly [name: string, ...args: readonly Argument[]];

export function byHash([name, ...args]: RedisCommand): WireCommand {
  return typeof name === 'string' ? [name, ...args] : ['evalsha', name.sha, name.keys, ...args];
}

export function inFull([name, ...args]: RedisCommand): WireCommand {
  return typeof name === 'string' ? [name, ...args] : ['eval', name.lua, name.keys, ...args];
}

/**
 * Positions to send again because the server has lost a script (restart, failover, SCRIPT FLUSH). A PUBLISH behind such a
 * script is repeated too: it announces what the script before it did, and was heard before that was done.
 */
export function toRepeat(
  commands: readonly RedisCommand[],
  replies: readonly RedisReply[],
): readonly number[] {
  const isLost = (reply: RedisReply | undefined) =>
    reply instanceof Error && reply.message.startsWith('NOSCRIPT');
  const first = replies.findIndex(isLost);
  if (first < 0) return [];
  return commands.flatMap((command, index) =>
    isLost(replies[index]) || (index > first && command[0] === 'publish') ? [index] : [],
  );
}
