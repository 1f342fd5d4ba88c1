import type { Database } from '../../../database/database.ts';
import type { Queryable, Sql } from '../../../database/sql.ts';
import type { Consumed, Quotas } from '../../../limits/quotas.ts';
import { pause } from '../stage.ts';

/** Others look meanwhile: what happens now and then among many gateways, happens each time among few. */
const gapMs = 100;

/** For controls: sends that do not wait for each other in the database. */
export const withoutLock = (database: Database): Database => ({
  ...database,
  write: (work, ...rest) => database.write((tx) => work(unlocked(tx)), ...rest),
});

const unlocked = (tx: Queryable): Queryable => ({
  rows: (statement) => tx.rows(unlockedReceiver(statement) ?? statement),
});

const lock = 'FOR NO KEY UPDATE OF p';

/** The statement that reads under a lock what a receiver wants, without the lock; undefined for any other. */
export function unlockedReceiver({ name, text, values }: Sql): Sql | undefined {
  if (!text.endsWith(lock)) return undefined;
  return { name: `unlocked ${name}`, text: text.slice(0, -lock.length), values };
}

/** For controls: it looks at what there is, and lets pass a while later. */
export const countedFirst = (quotas: Quotas): Quotas => ({
  ...quotas,
  async consume(_consumption, limits, recorded) {
    const used = (await recorded()).flatMap(({ counters }) => counters);
    const full = limits.find(({ counter, most }) => used.filter((each) => each === counter).length >= most);
    if (full !== undefined) return { isPassed: false, usedUp: full.counter };
    await pause(gapMs);
    return passed;
  },
});

/** For a control: one counter after the other, and those before the one that is used up stay consumed. */
export const oneByOne = (quotas: Quotas): Quotas => ({
  ...quotas,
  async consume(consumption, limits, recorded) {
    for (const limit of limits) {
      const part = { ...consumption, id: `${consumption.id} ${limit.counter}` };
      const outcome = await quotas.consume(part, [limit], recorded);
      if (!outcome.isPassed) return outcome;
    }
    return passed;
  },
});

const passed: Consumed = { isPassed: true, refund: () => Promise.resolve() };
