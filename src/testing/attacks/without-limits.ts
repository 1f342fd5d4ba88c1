/** Settings for tests of what lies behind the limits of an operation, and for what happens without them. */
export const withoutLimits = {
  ...{ MAX_ALIASES: '2000', MAX_DIRECTIVES: '2000', MAX_FRAGMENTS: '2000', MAX_VARIABLES_SIZE: '2000000' },
  // What fragments would become has no bound.
  ...{ MAX_ROOT_FIELDS: String(Number.MAX_SAFE_INTEGER), MAX_FIELDS: String(Number.MAX_SAFE_INTEGER) },
} as const;

/** Those that tests have switched off elsewhere, as they are by default; but no limit of points, for all attacks come from one address. */
export const withLimits = { NODE_ENV: 'production', MAX_COST: '100', RATE_LIMIT: '1000000' } as const;
