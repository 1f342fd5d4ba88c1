import { z } from 'zod';
import { faultsOf } from './faults.ts';
import {
  addressOrRange,
  bound,
  count,
  list,
  listOf,
  listOfLists,
  mailbox,
  milliseconds,
  origin,
  pause,
  postgresUrl,
  redisUrl,
  seconds,
  share,
  smtpUrl,
  webUrl,
} from './values.ts';

const noUrl = 'must name at least one server';
const noRole = 'must name http, worker or both';

/**
 * Every environment variable of the gateway; `docs/configuration.md` is generated from it. An empty variable counts as
 * absent. Defaults that would be unsafe in production exist in development mode only.
 */
export const configSchema = z.object({
  NODE_ENV: z
    .enum(['production', 'development', 'test'])
    .default('production')
    .describe(
      '`production` hides the schema: introspection and suggestions for admins only, no GraphiQL at `/`.',
    ),
  HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on; `0.0.0.0` inside a container.'),
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(4000)
    .describe('Port to listen on; 0 takes a free one.'),
  PUBLIC_URL: webUrl
    .optional()
    .describe('Begins the addresses of short links. Where the gateway listens when absent.'),
  DATABASE_URL: postgresUrl.describe(
    'Postgres primary; after a promotion it is found among the replicas without a restart.',
  ),
  DATABASE_REPLICA_URLS: list(postgresUrl).describe('Streaming replicas, separated by commas.'),
  DATABASE_SHARDS: listOfLists(postgresUrl).describe(
    'Clusters for data that is spread by key, separated by semicolons; in each the primary, then its replicas, separated by commas. The main cluster alone when absent.',
  ),
  REDIS_URL: listOf(
    redisUrl,
    z.string().refine((text) => /[^\s,]/.test(text), noUrl),
  ).describe(
    'Redis for the cache: everything in it can be rebuilt. One server, or some of a cluster, separated by commas.',
  ),
  REDIS_CLUSTER: z
    .enum(['true', 'false'])
    .default('false')
    .describe('`true` when `REDIS_URL` names servers of a Redis Cluster; the others are found by asking.'),
  REDIS_STATE_URL: redisUrl
    .optional()
    .describe('Redis for live state, `noeviction`: a single server. What `REDIS_URL` names when absent.'),
  TOKEN_SECRET: z
    .string()
    .min(32, 'must have at least 32 characters')
    .describe('Key that signs the session tokens.'),
  APP_NAME: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/, 'must match [a-z0-9-]{1,32}')
    .default('tributary')
    .describe('First part of every Redis key and channel.'),
  ROLES: list(z.enum(['http', 'worker'], noRole), 'http,worker')
    .refine((roles) => roles.length > 0, noRole)
    .describe(
      'What this process does: `http` answers requests; `worker` follows the log of Postgres, one at a time, the others are its spares.',
    ),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Least severe level that is logged.'),
  REQUEST_DEADLINE_MS: milliseconds(5_000).describe(
    'After this long a request answers what it has; the rest is `TIMEOUT`.',
  ),
  STATEMENT_TIMEOUT_MS: milliseconds(4_000).describe('Postgres ends a statement that runs longer.'),
  CONNECT_TIMEOUT_MS: milliseconds(1_000).describe(
    'Longest wait for a connection to Postgres, pooled or new, and at the start for Redis.',
  ),
  POOL_SIZE: count(10).describe('Connections to each Postgres node; one more watches it.'),
  POOL_QUEUE: count(100).describe(
    'Callers that may wait for a connection to one Postgres node; more are told to retry later.',
  ),
  POOL_WAIT_MS: milliseconds(500).describe('The longest wait for a connection that others use.'),
  STRICT_LICENCE_MS: milliseconds(300).describe(
    'For this long after a sample of the primary, strict entries are looked for in Redis; a writer that cannot reach Redis waits as long.',
  ),
  REPLICA_SAMPLE_MS: milliseconds(50).describe('How often the position of each Postgres node is read.'),
  REPLICA_MAX_LAG_MS: milliseconds(5_000, 25_000).describe(
    'A replica further behind than this is not read; fences live longer, 30 s.',
  ),
  REPLAY_SECONDS: seconds(60).describe(
    'This much of the log is kept to be followed again, after a Redis that took over may have missed it.',
  ),
  REDIS_DEADLINE_MS: milliseconds(50).describe('A Redis batch without an answer by then counts as failed.'),
  WARM_UP_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(3_600_000)
    .default(10_000)
    .describe(
      'A worker fills the cache for so long, behind everything else, at its start and when it has gone cold; 0 for not at all.',
    ),
  L1_MAX_ENTRIES: count(50_000).describe('Entries of the in-process cache; it is bounded to 64 MiB as well.'),
  RESPONSE_CACHE_MB: bound(128).describe(
    'Answers kept in this process to be given again while all that they are made of is unchanged, in MiB; 0 for none.',
  ),
  MAX_CONNECTIONS: count(20_000).describe('Connections that may be open at once; more are closed unheard.'),
  BODY_LIMIT_BYTES: count(1_048_576).describe('Larger request bodies are refused with 413.'),
  MAX_TOKENS: count(2_000).describe('Tokens that a document may have.'),
  MAX_DEPTH: count(15).describe('Levels of selection that a document may have.'),
  MAX_ALIASES: count(30).describe(
    'Aliases that a document may have; a field written a second time in one selection counts as one.',
  ),
  MAX_DIRECTIVES: count(50).describe('Directives that a document may have.'),
  MAX_FRAGMENTS: count(50).describe('Fragments that a document may define.'),
  MAX_ROOT_FIELDS: count(20).describe('Fields of the root that an operation may select.'),
  MAX_FIELDS: count(1_000).describe(
    'Fields of all levels that an operation may select; those of a fragment count wherever it is spread.',
  ),
  MAX_VARIABLES_SIZE: count(100_000).describe(
    'Values in the variables of an operation and characters in their texts and keys, together.',
  ),
  MAX_BATCH: z.coerce
    .number()
    .int()
    .min(0)
    .max(100)
    .default(10)
    .describe('Operations that one HTTP request may bring in an array; 0 or 1 for no arrays.'),
  COMPILED_EXECUTION: z
    .enum(['on', 'off'])
    .default('on')
    .describe('Whether queries that are asked often are compiled; `off` leaves all to graphql-js.'),
  TRUSTED_DOCUMENTS: z
    .enum(['off', 'report', 'enforce'])
    .optional()
    .describe(
      'What becomes of documents that no manifest holds: nothing, a word in the log, a refusal. `report` when absent and there are manifests, else `off`.',
    ),
  TRUSTED_DOCUMENTS_FILES: list(z.string()).describe(
    'Manifests of documents that clients may ask for by id, separated by commas: `{ id: text }`, or Apollo’s.',
  ),
  MAX_COST: bound(50).describe('Points that one request may cost; 0 for any number.'),
  RATE_LIMIT: bound(100).describe(
    'Points that a user, or an address without one, may take in one minute; 0 for any number, of services too.',
  ),
  RATE_LIMIT_SERVICE: bound(10_000).describe('Points that a user with role SERVICE may take in one minute.'),
  TRUSTED_PROXIES: list(addressOrRange).describe(
    'Addresses or ranges of proxies whose `X-Forwarded-For` is believed, separated by commas; without them clients behind a proxy count as one.',
  ),
  JOB_CONCURRENCY: count(5).describe('Jobs, such as deliveries, that a worker does at once.'),
  SMTP_URL: smtpUrl
    .optional()
    .describe(
      'Server that takes e-mails. `smtps://` speaks TLS from the start; `smtp://` insists on the upgrade to it, unless `?tls=optional`. They are only logged when absent.',
    ),
  MAIL_FROM: mailbox.optional().describe('Sender of e-mails; needed with `SMTP_URL`.'),
  SMS_WEBHOOK_URL: webUrl.optional().describe('Takes text messages; they are only logged when absent.'),
  PUSH_WEBHOOK_URL: webUrl.optional().describe('Takes push messages; they are only logged when absent.'),
  WEBHOOK_SECRET: z
    .string()
    .min(32, 'must have at least 32 characters')
    .optional()
    .describe('Key that signs what webhooks are sent; needed with any of them.'),
  PROVIDER_TIMEOUT_MS: milliseconds(20_000, 120_000).describe(
    'A message that a provider has not accepted by then is tried again later.',
  ),
  MAX_LIVE_CONNECTIONS: count(10_000).describe(
    'WebSockets and event streams that may be open at once; more are refused with 503.',
  ),
  MAX_LIVE_CONNECTIONS_PER_ADDRESS: bound(1_000).describe(
    'Those of one IPv4 address or IPv6 /64, so that nobody takes all places; more are refused with 429; 0 for no bound of its own.',
  ),
  MAX_LIVE_OPERATIONS: count(100).describe('Operations that one WebSocket may have under way.'),
  LINK_CDN_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(86_400)
    .default(10)
    .describe(
      'A CDN may answer a short link by itself for so long, and a change is so late there unless it is purged; 0 for not at all.',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: webUrl
    .optional()
    .describe('Collector of traces, OTLP over HTTP, without `/v1/traces`; nothing is traced when absent.'),
  OTEL_SERVICE_NAME: z.string().min(1).default('tributary').describe('What traces call this process.'),
  OTEL_TRACES_SAMPLER_ARG: share(0.01).describe(
    'The share of requests that is traced, beside those whose caller traces them.',
  ),
  RESOLVER_SAMPLING: share(0.01).describe(
    'The share of operations whose resolvers are timed one by one; 0 for none.',
  ),
  UNREADY_MS: pause(0).describe(
    'Once told to stop, it goes on for so long with `/readyz` at 503, for those who look there to send requests elsewhere.',
  ),
  DRAIN_MS: pause(3_000).describe(
    'Then WebSockets and event streams are closed, spread over so long, and idle connections are kept as long: longer than a proxy in front keeps them, so that none closes under a request. 0 for at once.',
  ),
  SHUTDOWN_SECONDS: seconds(10).describe(
    'Stopping may take this long after SIGTERM, SIGINT or SIGHUP; then the exit code is 1.',
  ),
  CORS_ORIGINS: list(origin).describe(
    'Origins that may call from a browser, separated by commas; none by default.',
  ),
});

export type Config = z.output<typeof configSchema>;

/** Reads the configuration from `env`. Throws `ConfigError` with one line per fault. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = configSchema.safeParse(present);
  if (result.success) {
    const faults = faultsOf(result.data);
    if (faults.length > 0) throw new ConfigError(faults);
    return result.data;
  }
  throw new ConfigError(
    result.error.issues.map((issue) => {
      const name = String(issue.path[0] ?? 'environment');
      return name in present ? `${name} ${issue.message}` : `${name} is required: ${describe(name)}`;
    }),
  );
}

/** What a Redis is for: what can be rebuilt, live state, or both. */
export type RedisUse = 'cache' | 'state' | 'both';

/** The servers for what can be rebuilt, for live state, or for both where that has no URL of its own. */
export function redisServers(
  { REDIS_URL, REDIS_CLUSTER, REDIS_STATE_URL }: Config,
  use: RedisUse,
): { readonly urls: readonly string[]; readonly cluster: boolean } {
  return use === 'state' && REDIS_STATE_URL !== undefined
    ? { urls: [REDIS_STATE_URL], cluster: false }
    : { urls: REDIS_URL, cluster: REDIS_CLUSTER === 'true' };
}

/** Points that may be taken in one minute, by who asks. */
export const pointLimits = ({ RATE_LIMIT, RATE_LIMIT_SERVICE }: Config) => ({
  client: RATE_LIMIT,
  service: RATE_LIMIT_SERVICE,
});

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
  }
}

function describe(name: string): string {
  const field = (configSchema.shape as Readonly<Record<string, z.ZodType | undefined>>)[name];
  return field?.description ?? '';
}
