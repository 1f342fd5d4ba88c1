import type { Resolvers } from '../../schema/generated/resolvers.ts';

export const resolvers: Resolvers = {
  Query: {
    rateLimit(_parent, _args, { budget }) {
      const { limit = null, remaining = null, resetAt = null } = budget.standing() ?? {};
      return { cost: budget.cost(), limit, remaining, resetAt };
    },
  },
};
