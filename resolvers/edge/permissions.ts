import { everybody, type Permissions } from '../../src/auth/rules.ts';

export const permissions = {
  Query: {
    rateLimit: everybody,
  },
  RateLimit: {
    limit: everybody,
    cost: everybody,
    remaining: everybody,
    resetAt: everybody,
  },
} satisfies Permissions;
