import type { RedisReply } from './script.ts';
import { RedisUnavailable } from './unavailable.ts';

/** The server answers but must not be used: it has lost its role, its data or its cluster. */
const serverRefuses = /^(CLUSTERDOWN|READONLY|LOADING|MASTERDOWN) /;
/** This server does not hold the key, or not for certain. Never followed: where a key went is read only behind the hooks. */
const keyIsElsewhere = /^(MOVED|ASK|TRYAGAIN) /;

export interface Refusals {
  readonly replies: readonly RedisReply[];
  readonly ofServer: string | undefined;
  readonly ofKey: string | undefined;
}

/** Replaces what is no answer to the command by RedisUnavailable; tells what was found, in the server's words. */
export function findRefusals(replies: readonly RedisReply[]): Refusals {
  const matching = (pattern: RegExp) =>
    replies.find((reply) => reply instanceof Error && pattern.test(reply.message)) as Error | undefined;
  const [ofServer, ofKey] = [matching(serverRefuses)?.message, matching(keyIsElsewhere)?.message];
  if (ofServer === undefined && ofKey === undefined) return { replies, ofServer, ofKey };
  const isRefusal = (reply: RedisReply): reply is Error =>
    reply instanceof Error && (serverRefuses.test(reply.message) || keyIsElsewhere.test(reply.message));
  return {
    replies: replies.map((reply) =>
      isRefusal(reply) ? new RedisUnavailable(reply.message, { cause: reply }) : reply,
    ),
    ofServer,
    ofKey,
  };
}
