import type { Budget, Standing } from './budget.ts';

/** How clients of HTTP learn what a request has cost and what is left. */
export const rateLimitHeaders = [
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'ratelimit-cost',
] as const;

/** With what a refusal says in addition. */
export const retryAfterHeader = 'retry-after';

export function headersOf(
  { limit, remaining, resetSeconds }: Standing,
  cost: number,
): Readonly<Record<(typeof rateLimitHeaders)[number], string>> {
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(resetSeconds),
    'ratelimit-cost': String(cost),
  };
}

/** The same in the answer itself, for every transport: `extensions.cost`. */
export const shownCost = (budget: Budget, { limit, remaining, resetAt }: Standing) => ({
  requested: budget.cost(),
  actual: budget.taken(),
  limit,
  remaining,
  resetAt: resetAt.toISOString(),
});
