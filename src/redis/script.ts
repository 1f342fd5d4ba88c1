import { createHash } from 'node:crypto';

/** A Lua script, sent by its hash and in full only where the server does not know it. */
export interface Script {
  readonly name: string;
  readonly lua: string;
  /** How many of the arguments, from the left, are keys. */
  readonly keys: number;
  /**
   * Takes any number of keys, though each call brings one, then as many arguments for each, and answers with an array of one
   * reply for each: calls of one turn are then one command.
   */
  readonly perKey?: boolean;
  readonly sha: string;
}

export function defineScript(definition: Omit<Script, 'sha'>): Script {
  return { ...definition, sha: createHash('sha1').update(definition.lua).digest('hex') };
}

export type Argument = string | number;

/** A command by name, or a script followed by its keys and arguments. */
export type RedisCommand = readonly [name: string | Script, ...args: readonly Argument[]];

/** What the server answered to one command; a refusal is a value, not a throw. */
export type RedisReply = string | number | null | Error | readonly RedisReply[];

export type WireCommand = readonly [name: string, ...args: readonly Argument[]];

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
