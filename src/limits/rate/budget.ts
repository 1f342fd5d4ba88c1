/** What one request may cost its asker. In points. */
export interface Budget {
  /**
   * The budget of the next operation of this request, which is this one for the first. The point that the request has taken
   * pays for that one alone.
   */
  next(): Budget;
  /** What the operation is estimated at; 1 until that is known, which every request costs, whatever comes of it. */
  cost(): number;
  /** Says what the operation is estimated at; takes nothing. */
  price(points: number): void;
  /** Takes what is missing of `cost()`. False, and nothing is taken, where the asker has less left. */
  charge(): Promise<boolean>;
  /** Of what was taken the operation has needed `points`; the rest is given back, in the background. */
  settle(points: number): void;
  /** What has been taken for this request, less what was given back. */
  taken(): number;
  /** Undefined where nobody is limited. */
  standing(): Standing | undefined;
}

/** How the asker stands after what was taken for this request. */
export interface Standing {
  /** In one window. */
  readonly limit: number;
  readonly remaining: number;
  /** The end of the window. */
  readonly resetAt: Date;
  /** Whole seconds until then, at least 1. */
  readonly resetSeconds: number;
}

/** For requests that nobody limits, and for what was paid for already. */
export function createFreeBudget(): Budget {
  let cost = 1;
  return {
    next: createFreeBudget,
    cost: () => cost,
    price: (points) => void (cost = points),
    charge: () => Promise.resolve(true),
    settle: () => undefined,
    taken: () => cost,
    standing: () => undefined,
  };
}
