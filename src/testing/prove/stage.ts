import { setTimeout as sleep } from 'node:timers/promises';
import { createPasswords } from '../../auth/passwords.ts';
import { migrate } from '../../database/migrate.ts';
import { withAdmin } from '../../dev/postgres/admin-client.ts';
import type { PostgresServer } from '../../dev/postgres/postgres-server.ts';
import type { PostgresSettings } from '../../dev/postgres/server-settings.ts';
import { follows } from '../../dev/postgres/replica.ts';
import { waitUntil } from '../../dev/processes/wait-until.ts';
import type { RedisServer } from '../../dev/redis/redis-server.ts';
import { seededPassword, seedUsers } from '../../dev/seed/users.ts';
import { createLog } from '../../log/log.ts';
import { toGlobalId } from '../../../schema/global-id.ts';
import { postQuery, startGateway, testHashCost, type Gateway, type GatewayOptions } from '../gateway.ts';
import { createFaultProxy } from '../servers/fault-proxy.ts';
import { startTestServers } from '../servers/test-servers.ts';
import type { ProofContext } from './proof.ts';

/** A primary, a replica and a Redis of the proof's own, with users and a catalogue, before any gateway runs. */
export interface Stage {
  readonly dataDir: string;
  readonly primary: PostgresServer;
  readonly replica: PostgresServer;
  readonly redis: RedisServer;
  /** What gateways are given. */
  readonly servers: GatewayOptions['servers'];
  /** Global ids of the products, whose price is 10.00 EUR and whose text is `revision 0`. */
  readonly productIds: readonly string[];
  /** A gateway in this process; resolves when it is ready in every part. */
  readonly gateway: (options?: Partial<GatewayOptions>) => Promise<Gateway>;
  /** A link to Redis that can be made slow. */
  readonly redisLink: () => Promise<RedisLink>;
}

export interface RedisLink {
  readonly url: string;
  /** From now on whatever is sent arrives so late, each way. */
  delay(ms: number): Promise<void>;
}

interface StageOptions {
  readonly products: number;
  readonly postgresSettings?: PostgresSettings;
}

const readyWithinMs = 10_000;

export async function startStage(
  { step, resources }: Pick<ProofContext, 'step' | 'resources'>,
  { products, postgresSettings = {} }: StageOptions,
): Promise<Stage> {
  const stack = await step('Servers', () =>
    resources.open(
      () => startTestServers({ postgresSettings }),
      (opened) => opened.stop(),
    ),
  );
  const { dataDir, databaseUrl, replicaUrls, redisUrl, primary, redis } = stack;
  const [replica] = stack.replicas;
  if (primary === undefined || redis === undefined || replica === undefined)
    throw new Error('the servers of a proof are its own');
  const productIds = await step('Data', async () => {
    await migrate(databaseUrl, createLog({ level: 'silent' }));
    const ids = await insertRows(databaseUrl, products);
    if (!(await follows(replica, primary))) throw new Error('the replica does not follow');
    return ids;
  });
  const servers = { primaryUrl: databaseUrl, replicaUrls, redisUrl };
  return {
    dataDir,
    primary,
    replica,
    redis,
    servers,
    productIds,
    async redisLink() {
      const proxy = await resources.open(
        () => createFaultProxy({ targetPort: redis.port }),
        (opened) => opened.close(),
      );
      return {
        url: proxy.through(redisUrl),
        delay: (ms) => proxy.setMode(ms === 0 ? { kind: 'pass' } : { kind: 'latency', delayMs: ms }),
      };
    },
    async gateway(options = {}) {
      const gateway = await resources.open(
        () => startGateway({ ...options, servers: options.servers ?? servers }),
        (opened) => opened.close(),
      );
      await untilReady(gateway.url);
      return gateway;
    },
  };
}

/** Waits until `/readyz` says `ready`: cache, bus and all database nodes. */
export async function untilReady(url: string, withinMs = readyWithinMs): Promise<void> {
  const isReady = async () => (await readiness(url).catch(() => undefined))?.status === 'ready';
  if (await waitUntil(isReady, { everyMs: 10, timeoutMs: withinMs })) return;
  throw new Error(`a gateway was not ready within ${withinMs} ms: ${JSON.stringify(await readiness(url))}`);
}

export async function readiness(url: string): Promise<{ readonly status: string; readonly http: number }> {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) });
  const { status } = (await response.json()) as { status: string };
  return { status, http: response.status };
}

/** Signs a seeded user in and resolves to the token. */
export async function signIn(url: string, username: string, password = seededPassword): Promise<string> {
  const { data, errors } = await postQuery<{ signIn: { token: string | null } }>(
    url,
    'mutation ($input: SignInInput!) { signIn(input: $input) { token } }',
    { variables: { input: { username, password } } },
  );
  const token = data?.signIn.token;
  if (token == null) throw new Error(`${username} cannot sign in: ${JSON.stringify(errors)}`);
  return token;
}

export const pause = (ms: number): Promise<void> => sleep(ms);

async function insertRows(databaseUrl: string, products: number): Promise<readonly string[]> {
  // Cheap on purpose: proofs sign in often.
  const passwordHash = await createPasswords(testHashCost).hash(seededPassword);
  return withAdmin(databaseUrl, async (client) => {
    await seedUsers(client, passwordHash);
    const { rows } = await client.query<{ id: string }>(
      `WITH made AS (
         INSERT INTO products (name, price_minor, currency_code, category, description, images, created_at)
         SELECT 'Product ' || n, 1000, 'EUR', 'things', 'revision 0', '{}', now() - interval '30 days'
         FROM generate_series(1, $1) AS n RETURNING id)
       INSERT INTO inventory SELECT id, 50 FROM made RETURNING product_id::text AS id`,
      [products],
    );
    return rows.map(({ id }) => toGlobalId('Product', id));
  });
}
