import type { Clock } from '../clock/clock.ts';

type Send<Command, Reply> = (commands: readonly Command[]) => Promise<readonly Reply[]>;

/**
 * Sends in one go all that is asked for until the event loop has looked at its sockets: many requests come in one turn of it,
 * and to write to a socket for each costs more than anything else that is done with what is written. Nothing waits for
 * company: where the sockets have nothing more to say, it is sent at once. Commands keep the order in which they came, each
 * batch gets its own replies, and a failure to send is that of all.
 */
export function mergeBatches<Command, Reply>(
  clock: Pick<Clock, 'afterPoll'>,
  send: Send<Command, Reply>,
): Send<Command, Reply> {
  let open: { readonly commands: Command[]; readonly replies: Promise<readonly Reply[]> } | undefined;

  function begin() {
    const commands: Command[] = [];
    const replies = clock.afterPoll().then(() => {
      open = undefined;
      return send(commands);
    });
    return { commands, replies };
  }

  return async (wanted) => {
    const { commands, replies } = (open ??= begin());
    const from = commands.length;
    for (const command of wanted) commands.push(command);
    const all = await replies;
    return all.length === wanted.length ? all : all.slice(from, from + wanted.length);
  };
}
