import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { isErrorCode } from '../errors/codes.ts';
import { createLog } from '../log/log.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../testing/database.ts';
import { startGateway, type Gateway } from '../testing/gateway.ts';

/** A gateway with what bad input is tried on, and everything that it logs. */
export interface Edge {
  readonly gateway: Gateway;
  readonly database: TestDatabase;
  readonly userToken: string;
  readonly adminToken: string;
  readonly userId: string;
  readonly productId: string;
  /** Lines of level error or fatal. */
  readonly faults: readonly string[];
  send(path: string, init?: RequestInit): Promise<Reply>;
  /** Posts `body` as JSON, or as it stands when it is text or bytes. */
  post(body: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  graphql(document: string, variables?: unknown, token?: string): Promise<Reply>;
  /** Bytes on a connection of their own, and what comes back until the server closes or `enough` has come. */
  raw(bytes: string | Buffer, enough?: RegExp): Promise<string>;
  close(): Promise<void>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly ms: number;
}

interface AnsweredError {
  readonly message: string;
  readonly extensions: { readonly code: string; readonly requestId: string };
}

/** What no client may ever read: stacks, SQL, the names of tables, drivers and libraries. */
export const leak =
  /at .*\.(ts|js):\d+|node_modules|SELECT |constraint|postgres|ioredis|\bECONN|apollo.server|graphql-js|FST_|TypeError/i;

/** What is refused and with which code; `userErrors` and plain answers are looked at by the cases themselves. */
export type Refusal = readonly [what: string, send: () => Promise<Reply>, status: number, code: string];

/** `inject` is the test runner's; settings that are not in `env` are the defaults. */
export async function startEdge(
  inject: (server: 'databaseUrl' | 'replicaUrl' | 'redisUrl') => string,
  env: Readonly<Record<string, string>> = {},
): Promise<Edge> {
  const database = await createTestDatabase({
    databaseUrl: inject('databaseUrl'),
    replicaUrls: [inject('replicaUrl')],
  });
  const faults: string[] = [];
  const destination = {
    write: (line: string) => {
      if (/"level":"(error|fatal)"/.test(line)) faults.push(line);
    },
  };
  const gateway = await startGateway({
    servers: { ...database, redisUrl: inject('redisUrl') },
    env,
    overrides: { log: createLog({ level: 'trace', destination }) },
  });
  const send = (path: string, init: RequestInit = {}) => sendTo(gateway.url, path, init);
  const post = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    send('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    });
  const graphql = (query: string, variables?: unknown, token?: string) =>
    post({ query, variables }, token === undefined ? {} : { authorization: `Bearer ${token}` });

  const user = await signUp(graphql, 'corpus_user');
  const admin = await signUp(graphql, 'corpus_admin');
  await onServer(database.primaryUrl, "UPDATE users SET role = 'ADMIN' WHERE username = 'corpus_admin'");
  const made = await graphql(
    'mutation ($input: CreateProductInput!) { createProduct(input: $input) { product { id } } }',
    { input: { name: 'Bait', category: 'corpus', price: { amount: '1.00', currencyCode: 'EUR' } } },
    admin.token,
  );
  const { createProduct } = dataOf(made) as { createProduct: { product: { id: string } } };

  return {
    gateway,
    database,
    userToken: user.token,
    adminToken: admin.token,
    userId: user.user.id,
    productId: createProduct.product.id,
    faults,
    send,
    post,
    graphql,
    raw: (bytes, enough) => exchange(Number(new URL(gateway.url).port), bytes, enough),
    async close() {
      await gateway.close();
      await database.drop();
    },
  };
}

export const dataOf = (reply: Reply): unknown => (JSON.parse(reply.text) as { data: unknown }).data;

export function errorsOf(text: string): readonly AnsweredError[] {
  return (JSON.parse(text) as { errors?: readonly AnsweredError[] }).errors ?? [];
}

/** A refusal as clients may rely on it, in status and code; the rest is held for every answer. */
export function expectRefusal(reply: Reply, status: number, code: string): void {
  const codes = new Set(errorsOf(reply.text).map(({ extensions }) => extensions.code));
  assert.deepEqual({ status: reply.status, codes: [...codes] }, { status, codes: [code] });
}

/**
 * Holds after the whole corpus: the gateway lives, answers, and has called nothing a fault of its own. A rejection that
 * nobody handled fails the run by itself.
 */
export async function expectUnharmed(edge: Edge): Promise<void> {
  assert.equal((await edge.send('/healthz')).text, '{"status":"alive"}');
  const document = 'query ($id: ID!) { product(id: $id) { name } }';
  const { data, errors } = await edge.gateway.query(document, { variables: { id: edge.productId } });
  assert.deepEqual({ data, errors }, { data: { product: { name: 'Bait' } }, errors: [] });
  assert.deepEqual(edge.faults, []);
}

/** Everything that is answered is looked at here, whatever the case wants of it. */
async function sendTo(url: string, path: string, init: RequestInit): Promise<Reply> {
  const startedAt = performance.now();
  const response = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(15_000) });
  const text = await response.text();
  const requestId = response.headers.get('x-request-id');
  assert.match(requestId ?? 'none at all', /^[\w.:-]{1,128}$/);
  assert.doesNotMatch(text, leak);
  if (text.startsWith('{')) {
    for (const { message, extensions } of errorsOf(text)) {
      assert.ok(isErrorCode(extensions.code), extensions.code);
      assert.equal(extensions.requestId, requestId);
      assert.ok(message.length < 600, message);
    }
  }
  return {
    status: response.status,
    headers: response.headers,
    text,
    ms: Math.round(performance.now() - startedAt),
  };
}

async function signUp(graphql: Edge['graphql'], username: string) {
  const reply = await graphql(
    'mutation ($input: SignUpInput!) { signUp(input: $input) { token user { id } } }',
    { input: { username, password: 'correct horse' } },
  );
  return (dataOf(reply) as { signUp: { token: string; user: { id: string } } }).signUp;
}

export function exchange(port: number, bytes: string | Buffer, enough?: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(10_000, () => socket.destroy(new Error(`no end in sight after: ${received}`)));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (enough?.test(received) === true) socket.destroy();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close before all of a flood is read; what it said came first.
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('close', () => {
      resolve(received);
    });
  });
}
