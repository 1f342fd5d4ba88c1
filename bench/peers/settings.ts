/** What every peer is told through its environment. */
const read = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

export const settings = {
  port: Number(read('PORT')),
  databaseUrl: read('DATABASE_URL'),
  tokenSecret: read('TOKEN_SECRET'),
  /** Where answers are kept: nowhere, here, or in Redis. */
  cache: read('CACHE') as 'off' | 'memory' | 'redis',
  redisUrl: read('REDIS_URL'),
} as const;

/** As many connections as the gateway has by default. */
export const poolSize = 10;

/** Caches of peers forget what is older: nobody tells them of changes that come another way. */
export const freshSeconds = 60;

/** Room for everything that a run asks for. The libraries' own defaults, 1,000 answers or so, would be full at once. */
export const cachedEntries = 200_000;
export const cachedBytes = 512 * 2 ** 20;
