import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { createTestDatabase, onServer, type TestDatabase } from './database.ts';
import {
  randomAppName,
  startGateway,
  type Answer,
  type Gateway,
  type GatewayOptions,
  type QueryOptions,
} from './gateway.ts';

/** A database of its own, a gateway over it, and people to use it. */
export interface World {
  readonly database: TestDatabase;
  readonly gateway: Gateway;
  /** First part of every Redis key that the world's gateways use. */
  readonly app: string;
  /** One more gateway over the same database, cache entries and bus. */
  anotherGateway(options?: Omit<GatewayOptions, 'servers' | 'app'>): Promise<Gateway>;
  /** Opens a session; the answer with its token or its refusal. */
  signIn(username: string, password: string): Promise<Answer<SignIn>>;
  /** Asks who the token says one is. */
  whoAmI(
    token: string | undefined,
  ): Promise<Answer<{ readonly viewer: { readonly username: string } | null }>>;
  /** Somebody who has just signed up, with the role given. */
  somebody(role?: 'USER' | 'ADMIN' | 'SERVICE'): Promise<Person>;
  /** A row in the catalogue that nobody has read yet; made past the gateway, and on the replica too. Resolves to its key. */
  product(values?: {
    readonly name?: string;
    readonly category?: string;
    readonly stock?: number;
  }): Promise<string>;
  close(): Promise<void>;
}

export interface SignIn {
  readonly signIn: { readonly token: string | null; readonly userErrors: unknown };
}

export interface Person {
  readonly id: string;
  readonly username: string;
  readonly password: string;
  readonly token: string;
  /** Asks as this person, of the world's first gateway. */
  query<Data = Record<string, unknown>>(
    document: string,
    variables?: QueryOptions['variables'],
  ): Promise<Answer<Data>>;
}

interface WorldOptions extends Omit<GatewayOptions, 'servers'> {
  /** With the migrated template; those of the whole run when not given. */
  readonly on?: {
    readonly databaseUrl: string;
    readonly replicaUrls: readonly string[];
    readonly redisUrl: string;
  };
}

export async function createWorld({ on, ...options }: WorldOptions = {}): Promise<World> {
  const run = on ?? {
    databaseUrl: inject('databaseUrl'),
    replicaUrls: [inject('replicaUrl')],
    redisUrl: inject('redisUrl'),
  };
  const database = await createTestDatabase(run);
  const servers = { ...database, redisUrl: run.redisUrl };
  const app = options.app ?? randomAppName();
  const gateways: Gateway[] = [];

  async function open(more: Omit<GatewayOptions, 'servers' | 'app'>): Promise<Gateway> {
    // A machine that is busy with other tests is no outage.
    const env = { REDIS_DEADLINE_MS: '5000', ...more.env };
    const opened = await startGateway({ ...more, env, servers, app });
    gateways.push(opened);
    return opened;
  }

  const gateway = await open(options);
  return {
    database,
    gateway,
    app,
    anotherGateway: (more = options) => open(more),
    signIn: (username, password) =>
      gateway.query<SignIn>(
        `mutation ($input: SignInInput!) {
          signIn(input: $input) { token user { id username email } userErrors { code message field } }
        }`,
        { variables: { input: { username, password } } },
      ),
    whoAmI: (token) => gateway.query('{ viewer { username } }', { token }),
    async somebody(role = 'USER') {
      const username = `u_${randomBytes(6).toString('hex')}`;
      const password = 'correct horse';
      const { data } = await gateway.query<{ signUp: { token: string; user: { id: string } } }>(
        'mutation ($input: SignUpInput!) { signUp(input: $input) { token user { id } } }',
        { variables: { input: { username, password } } },
      );
      if (data == null) throw new Error('signing up failed');
      const { token, user } = data.signUp;
      // Before the session was read for the first time, so nothing is cached that this would make stale.
      if (role !== 'USER') {
        await onServer(database.primaryUrl, 'UPDATE users SET role = $1 WHERE username = $2', [
          role,
          username,
        ]);
        await database.replicated();
      }
      return {
        id: user.id,
        username,
        password,
        token,
        query: (document, variables) =>
          gateway.query(document, { token, ...(variables === undefined ? {} : { variables }) }),
      };
    },
    async product({ name = 'Kettle', category = 'kitchen', stock = 25 } = {}) {
      const rows = await onServer<{ id: string }>(
        database.primaryUrl,
        `WITH made AS (
           INSERT INTO products (name, price_minor, currency_code, category, description, images, created_at)
           VALUES ($1, 1999, 'EUR', $2, 'Boils water.', '{https://images.example.com/1.jpg}', now() - interval '2 days')
           RETURNING id)
         INSERT INTO inventory SELECT id, $3 FROM made RETURNING product_id::text AS id`,
        [name, category, stock],
      );
      await database.replicated();
      return rows[0]?.id ?? '';
    },
    async close() {
      for (const each of gateways.toReversed()) await each.close();
      await database.drop();
    },
  };
}
