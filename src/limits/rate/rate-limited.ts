import { DomainError } from '../../errors/domain-error.ts';
import type { Standing } from './budget.ts';

/** Refuses a request until the window is over. */
export class RateLimited extends DomainError {
  readonly standing: Standing;
  /** What the request was estimated at. In points. */
  readonly cost: number;

  constructor(standing: Standing, cost: number) {
    const { limit, remaining, resetSeconds } = standing;
    super(
      'RATE_LIMITED',
      `This costs ${cost} of ${limit} points a minute, of which ${remaining} are left; wait ${resetSeconds} s.`,
      { details: { retryAfterSeconds: resetSeconds } },
    );
    this.standing = standing;
    this.cost = cost;
  }
}
