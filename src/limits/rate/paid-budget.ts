import type { Budget, Standing } from './budget.ts';
import type { Count, Counts } from './counts.ts';

/** Never rejects: where Redis cannot be asked, this process counts. */
export type Spend = Counts['spend'];

/** What all requests of one kind of askers share. */
export interface Purse {
  /** Points in one window. */
  readonly limit: number;
  readonly spend: Spend;
  /** In the background. */
  readonly giveBack: (taken: Count, points: number) => void;
}

/** The budget of an operation for which `paid` was taken before. A class, for each request has one, and most ask it three things. */
export class PaidBudget implements Budget {
  readonly #purse: Purse;
  /** What was taken last, and how the asker stood then. */
  #last: Count;
  #cost = 1;
  #taken: number;
  #givenBack = 0;
  #isFirst = true;

  constructor(purse: Purse, entered: Count, paid: 0 | 1) {
    this.#purse = purse;
    this.#last = entered;
    this.#taken = paid;
  }

  next(): Budget {
    if (!this.#isFirst) return new PaidBudget(this.#purse, this.#last, 0);
    this.#isFirst = false;
    return this;
  }

  cost(): number {
    return this.#cost;
  }

  price(points: number): void {
    this.#cost = points;
  }

  async charge(): Promise<boolean> {
    const missing = this.#cost - this.#taken;
    if (missing <= 0) return true;
    this.#last = await this.#purse.spend(this.#last.key, missing, this.#purse.limit);
    if (this.#last.isSpent) this.#taken = this.#cost;
    return this.#last.isSpent;
  }

  settle(points: number): void {
    const spare = this.#taken - Math.max(1, points);
    if (spare <= 0) return;
    this.#taken -= spare;
    this.#givenBack += spare;
    // What is spare was taken last, wherever that was.
    this.#purse.giveBack(this.#last, spare);
  }

  taken(): number {
    return this.#taken;
  }

  standing(): Standing {
    return standingOf(this.#last, this.#purse.limit, this.#givenBack);
  }
}

export function standingOf({ used, endsAt, leftMs }: Count, limit: number, givenBack = 0): Standing {
  return {
    limit,
    remaining: Math.max(0, limit - used + givenBack),
    resetAt: new Date(endsAt),
    resetSeconds: Math.max(1, Math.ceil(leftMs / 1_000)),
  };
}
