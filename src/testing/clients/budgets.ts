import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Counts } from '../gateway.ts';
import { clientsFolder } from './operations.ts';

/** What one request may cost: statements on any Postgres, round trips to any Redis. */
export interface Cost {
  readonly sql: number;
  readonly redis: number;
}

/** What an operation costs, by the state in which it is asked. */
export interface Budget {
  /** A query in a gateway that has nothing cached but who is asking. */
  readonly cold?: Cost | undefined;
  /** A query in the same gateway, asked again. */
  readonly warm?: Cost | undefined;
  /** A mutation. */
  readonly once?: Cost | undefined;
}

const count = z.int().nonnegative();
const cost = z.strictObject({ sql: count, redis: count });
const ofQuery = z.strictObject({ cold: cost, warm: cost });
const ofMutation = z.strictObject({ once: cost });
const budgets: z.ZodType<Readonly<Record<string, Budget>>> = z.record(
  z.string(),
  z.union([ofQuery, ofMutation]),
);

/** `schema/clients/budgets.json`: by name of operation. */
export const readBudgets = (): Readonly<Record<string, Budget>> =>
  budgets.parse(JSON.parse(readFileSync(path.join(clientsFolder, 'budgets.json'), 'utf8')));

export const costOf = ({ postgres, redis }: Counts): Cost => ({ sql: sum(postgres), redis: sum(redis) });

/**
 * Room for what a busy machine makes a gateway ask twice; and for batches that go to Redis together where answers of Postgres
 * come in one turn of the event loop, and each alone where they do not. With more, a budget would not see another one for
 * each item.
 */
const room: Cost = { sql: 1, redis: 5 };

/** What is wrong with a budget, by what the operation really cost: missing, exceeded, or too wide to notice anything. */
export function misfits(budget: Budget | undefined, measured: Budget): readonly string[] {
  return (['cold', 'warm', 'once'] as const).flatMap((state) => {
    const [allowed, found] = [budget?.[state], measured[state]];
    if (found === undefined) return [];
    if (allowed === undefined) return [`${state}: ${JSON.stringify(found)}, and there is no budget`];
    return (['sql', 'redis'] as const).flatMap((what) => {
      if (found[what] > allowed[what])
        return [`${state} ${what}: ${found[what]}, and ${allowed[what]} are allowed`];
      return allowed[what] > found[what] + room[what]
        ? [`${state} ${what}: ${found[what]}, which makes ${allowed[what]} too wide`]
        : [];
    });
  });
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, one) => total + one, 0);
}
