import type { Argument, RedisCommand, RedisReply, Script, WireCommand } from './script.ts';

/** How a script is named to the server: by its hash, or in full. */
export type Form = (script: Script) => readonly [command: string, script: string];

export const byHash: Form = ({ sha }) => ['evalsha', sha];
export const inFull: Form = ({ lua }) => ['eval', lua];

/** Commands as they are sent. */
export interface JoinedCalls {
  readonly wire: readonly WireCommand[];
  /** Of what was sent; gives the reply to each command that was asked for. */
  readonly split: (replies: readonly RedisReply[]) => readonly RedisReply[];
}

interface Way {
  readonly form: Form;
  /** Keys may belong to slots of their own, which no command may mix. */
  readonly apart: boolean;
}

/** Where the reply to a command is found: among the replies, and for a call among others in that reply. */
interface Place {
  readonly at: number;
  readonly row?: number;
}

interface Call {
  readonly script: Script;
  readonly at: number;
  readonly keys: Argument[];
  readonly rest: Argument[];
}

/** Some 2 ms of the server's time, in which it answers nobody else. */
const mostKeys = 200;

/**
 * Makes one command of all calls of a script that takes any number of keys, where the first of them stood: to send a command
 * takes more of a processor, here and there, than what is done for one more key.
 */
export function joinCalls(commands: readonly RedisCommand[], { form, apart }: Way): JoinedCalls {
  const places: Place[] = [];
  const calls: Call[] = [];
  const open = new Map<Script, Call>();
  const wire: WireCommand[] = [];

  function send(command: WireCommand): number {
    wire.push(command);
    return wire.length - 1;
  }

  function callOf(script: Script): Call {
    const known = open.get(script);
    if (known !== undefined && known.keys.length < mostKeys) return known;
    const call: Call = { script, at: send(['']), keys: [], rest: [] };
    calls.push(call);
    if (!apart) open.set(script, call);
    return call;
  }

  for (const command of commands) {
    if (isPlain(command)) {
      places.push({ at: send(command) });
      continue;
    }
    const [script, ...args] = command as Calling;
    if (script.perKey !== true) {
      places.push({ at: send([...form(script), script.keys, ...args]) });
      continue;
    }
    const { at, keys, rest } = callOf(script);
    places.push({ at, row: keys.push(args[0] ?? '') - 1 });
    for (let index = 1; index < args.length; index += 1) rest.push(args[index] ?? '');
  }
  for (const { script, at, keys, rest } of calls) wire[at] = [...form(script), keys.length, ...keys, ...rest];
  return {
    wire,
    split: (replies) => (calls.length === 0 ? replies : places.map((place) => replyAt(replies, place))),
  };
}

type Calling = readonly [script: Script, ...args: readonly Argument[]];

const isPlain = (command: RedisCommand): command is WireCommand => typeof command[0] === 'string';

/** What the server refuses, it refuses to all who are in one call. */
function replyAt(replies: readonly RedisReply[], { at, row }: Place): RedisReply {
  const reply = replies[at] ?? null;
  return row !== undefined && Array.isArray(reply) ? ((reply as readonly RedisReply[])[row] ?? null) : reply;
}
