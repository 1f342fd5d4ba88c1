import { randomBytes } from 'node:crypto';
import { createApp, type App } from '../app.ts';
import type { Overrides } from '../overrides.ts';
import { readConfig } from '../config/config.ts';
import { createLog } from '../log/log.ts';
import { postJson } from './post-json.ts';

/** A whole gateway in this process, on a free port, and ways to use it as a client does. */
export interface Gateway {
  readonly url: string;
  readonly app: App;
  /** Posts an operation; the body as it came. */
  query<Data = Record<string, unknown>>(document: string, options?: QueryOptions): Promise<Answer<Data>>;
  /** What Redis and Postgres were asked while `work` ran, and until nothing runs in the background any more. */
  counting<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly counts: Counts }>;
  close(): Promise<void>;
}

export interface QueryOptions {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly token?: string | undefined;
}

export interface Answer<Data> {
  readonly status: number;
  readonly data: Data | null | undefined;
  readonly errors: readonly AnswerError[];
}

export interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly requestId?: string };
}

/** Round trips by Redis role, statements by Postgres node. */
export interface Counts {
  readonly redis: Readonly<Record<string, number>>;
  readonly postgres: Readonly<Record<string, number>>;
}

export interface GatewayServers {
  readonly primaryUrl: string;
  readonly replicaUrls: readonly string[];
  readonly redisUrl: string;
}

export interface GatewayOptions {
  readonly overrides?: Overrides;
  readonly servers: GatewayServers;
  /** Gateways of one name share cache entries and bus; a random one when not given. */
  readonly app?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Cheap on purpose: tests sign in often. */
export const testHashCost = { memoryKiB: 64, passes: 1 } as const;
/**
 * For tests that count round trips: nothing is sent but for requests, behind the first heartbeat, which opens the bus; and a
 * sample that is late on a busy machine sends no session to Postgres.
 */
export const quiet = {
  overrides: { cacheSettings: { heartbeatMs: 600_000 } },
  env: { STRICT_LICENCE_MS: '10000' },
} as const;

export const testTokenSecret = 'a-secret-for-tests-that-is-long-enough';

export function gatewayEnvironment({ servers, app, env }: Pick<GatewayOptions, 'servers' | 'app' | 'env'>) {
  return {
    NODE_ENV: 'test',
    PORT: '0',
    TOKEN_SECRET: testTokenSecret,
    APP_NAME: app ?? randomAppName(),
    LOG_LEVEL: 'silent',
    // Slots are scarce on servers that many tests share, and hide what a missing fence would show.
    ROLES: 'http',
    // Tests ask in a minute what nobody else does, and some count round trips.
    ...{ RATE_LIMIT: '0', MAX_COST: '0', MAX_LIVE_CONNECTIONS_PER_ADDRESS: '0' },
    // Their clients keep connections, and nobody waits for those.
    DRAIN_MS: '0',
    DATABASE_URL: servers.primaryUrl,
    DATABASE_REPLICA_URLS: servers.replicaUrls.join(','),
    REDIS_URL: servers.redisUrl,
    ...env,
  };
}

export const randomAppName = (): string => `test-${randomBytes(6).toString('hex')}`;

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const app = await createApp(readConfig(gatewayEnvironment(options)), {
    log: createLog({ level: 'silent' }),
    hashCost: testHashCost,
    ...options.overrides,
  });
  return {
    url: app.url,
    app,
    query: (document, queryOptions) => postQuery(app.url, document, queryOptions),
    async counting(work) {
      await app.idle();
      const before = await readCounts(app);
      const result = await work();
      await app.idle();
      return { result, counts: difference(before, await readCounts(app)) };
    },
    close: () => app.close(),
  };
}

/** Posts an operation to any gateway. */
export async function postQuery<Data = Record<string, unknown>>(
  url: string,
  document: string,
  { variables, token }: QueryOptions = {},
): Promise<Answer<Data>> {
  const { status, body } = await postJson(
    `${url}/graphql`,
    { query: document, variables },
    token === undefined ? {} : { authorization: `Bearer ${token}` },
  );
  const { data, errors } = body as { data?: Data; errors?: readonly AnswerError[] };
  return { status, data, errors: errors ?? [] };
}

/** Heartbeats and samples go on by themselves, on connections that these metrics leave out. */
async function readCounts({ metrics }: App): Promise<Counts> {
  const redis = await metrics.redisRoundTrips.get();
  const postgres = await metrics.postgresQueries.get();
  return {
    redis: Object.fromEntries(redis.values.map(({ labels, value }) => [String(labels.role), value])),
    postgres: Object.fromEntries(postgres.values.map(({ labels, value }) => [String(labels.node), value])),
  };
}

function difference(before: Counts, after: Counts): Counts {
  const subtract = (from: Readonly<Record<string, number>>, what: Readonly<Record<string, number>>) =>
    Object.fromEntries(
      Object.entries(from)
        .map(([name, value]) => [name, value - (what[name] ?? 0)] as const)
        .filter(([, value]) => value !== 0),
    );
  return { redis: subtract(after.redis, before.redis), postgres: subtract(after.postgres, before.postgres) };
}
