import { createInterface } from 'node:readline';
import type { PostgresServer } from '../postgres/postgres-server.ts';
import { errorText } from '../processes/stack-problem.ts';
import { promoteBest } from './promotion.ts';
import { rollingRestart } from './rolling-restart.ts';
import type { Topology } from './topology.ts';

/** What may be typed, and what it does. */
export const orders = {
  restart: 'restarts all gateways, one after the other',
  promote: 'makes the replica that has most of the log the primary, once the primary is gone',
} as const;

type Order = keyof typeof orders;

export interface Orders {
  /** Carries out a line that was typed; resolves to what is to be said of it. Never rejects. */
  take(line: string): Promise<string>;
}

export function createOrders({ gateways, stack }: Pick<Topology, 'gateways' | 'stack'>): Orders {
  let primary: PostgresServer | undefined = stack.primary;
  let replicas = stack.replicas;

  async function promote(): Promise<string> {
    if (primary?.isRunning() === true) return `The primary runs: kill ${primary.pid()} first.`;
    const heir = await promoteBest(replicas);
    [primary, replicas] = [heir, replicas.filter((replica) => replica !== heir)];
    return `${heir.name} is the primary now.`;
  }

  async function carryOut(order: Order): Promise<string> {
    switch (order) {
      case 'restart':
        await rollingRestart(gateways);
        return 'All gateways were restarted.';
      case 'promote':
        return promote();
    }
  }

  const isOrder = (word: string): word is Order => Object.hasOwn(orders, word);

  let last: Promise<string> = Promise.resolve('');
  return {
    take(line) {
      const word = line.trim();
      if (word === '') return Promise.resolve('');
      if (!isOrder(word)) return Promise.resolve(`There is: ${Object.keys(orders).join(', ')}.`);
      // One at a time, in the order in which they were typed.
      last = last.then(() => carryOut(word)).catch((error: unknown) => errorText(error));
      return last;
    },
  };
}

/** Carries out what is typed, until there is nothing to read from. */
export function listenForOrders(taken: Orders): void {
  createInterface({ input: process.stdin }).on('line', (line) => {
    void taken.take(line).then((said) => process.stdout.write(said === '' ? '' : `  ${said}\n`));
  });
}
