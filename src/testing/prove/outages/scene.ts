import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { defaultRedisSettings } from '../../../redis/redis.ts';
import { postQuery, randomAppName, startGateway, type Gateway, type GatewayOptions } from '../../gateway.ts';
import { createFaultProxy, type FaultProxy } from '../../servers/fault-proxy.ts';
import type { FaultMode } from '../../servers/fault-mode.ts';
import { rounded, totalOf } from '../measures.ts';
import type { Check, ProofContext } from '../proof.ts';
import type { Resources } from '../resources.ts';
import { pause, signIn, untilReady, type Stage } from '../stage.ts';
import { startLoad, type Load, type LoadSeen } from './load.ts';
import { reservedProducts, type MixSubject } from './mix.ts';

/** Two gateways that share cache and bus, and clients that go on asking both. */
export interface Scene {
  readonly context: Pick<ProofContext, 'step' | 'signal' | 'seed'>;
  readonly stage: Stage;
  /** Begins every key of the gateways. */
  readonly app: string;
  readonly gateways: readonly [Gateway, Gateway];
  readonly links: Links;
  readonly load: Load;
  /** What the clients ask about. */
  readonly subject: MixSubject;
  readonly adminToken: string;
  /** How long each state is watched. */
  readonly watchMs: number;
  readonly slack: number;
  /** A product that nobody else reads or changes. */
  readonly takeProduct: () => string;
  /** Of the server whose rows count. */
  readonly truthUrl: () => string;
}

/** Where the way to a server can be made slow, silent or broken. */
export interface Links {
  /** Of the first gateway, which writes, and of the second. */
  readonly redis: readonly [FaultProxy, FaultProxy];
  readonly primary: FaultProxy;
  readonly replica: FaultProxy;
}

/** What one outage came to. */
export interface Finding {
  readonly name: string;
  readonly checks: readonly Check[];
  readonly figures: Readonly<Record<string, unknown>>;
}

interface SceneOptions extends Pick<Scene, 'context' | 'watchMs' | 'slack'> {
  readonly resources: Resources;
  readonly gateway?: Pick<GatewayOptions, 'env' | 'overrides'>;
  /** In place of the links to the stage's Redis. */
  readonly redisUrl?: string;
  /** Two when not given. */
  readonly clientsPerGateway?: number;
}

const requestDeadlineMs = 2_000;
/** No request may take longer: the gateways' deadline, and what a busy machine adds. */
export const answeredWithinMs = requestDeadlineMs + 500;
export const backWithinMs = 2_000;

const pauseMs = 10;
const { deadlineMs: redisDeadlineMs } = defaultRedisSettings;
const mostPatience = 5;

export async function openScene(stage: Stage, options: SceneOptions): Promise<Scene> {
  const { context, resources } = options;
  const links = await openLinks(stage, resources);
  const { primaryUrl, replicaUrls, redisUrl } = stage.servers;
  const app = randomAppName();
  const start = (link: FaultProxy) =>
    openGateway(resources, {
      app,
      overrides: options.gateway?.overrides ?? {},
      env: {
        REQUEST_DEADLINE_MS: String(requestDeadlineMs),
        // On a slow machine a Redis in good health is late, and what is to be read after an outage would not be in it.
        REDIS_DEADLINE_MS: String(redisDeadlineMs * Math.min(options.slack, mostPatience)),
        ...options.gateway?.env,
      },
      servers: {
        primaryUrl: links.primary.through(primaryUrl),
        replicaUrls: replicaUrls.map((url) => links.replica.through(url)),
        redisUrl: options.redisUrl ?? link.through(redisUrl),
      },
    });
  const gateways = [await start(links.redis[0]), await start(links.redis[1])] as const;
  const urls = gateways.map(({ url }) => url);
  const [first] = gateways;
  const subject = { productIds: stage.productIds, token: await signIn(first.url, 'alice') };
  const load = await resources.open(
    () =>
      startLoad({
        urls: Array.from({ length: options.clientsPerGateway ?? 2 }, () => urls).flat(),
        subject,
        pauseMs,
        seed: context.seed,
      }),
    (opened) => opened.stop(),
  );
  return {
    ...{ context, stage, app, gateways, links, load, subject },
    adminToken: await signIn(first.url, 'admin'),
    watchMs: options.watchMs,
    slack: options.slack,
    takeProduct: () => takeProduct(stage),
    truthUrl: () => primaryUrl,
  };
}

/** As the stage does, but given back with the scene. */
function openGateway(resources: Resources, options: GatewayOptions): Promise<Gateway> {
  return resources.open(
    async () => {
      const gateway = await startGateway(options);
      await untilReady(gateway.url);
      return gateway;
    },
    (opened) => opened.close(),
  );
}

async function openLinks({ primary, replica, redis }: Stage, resources: Resources): Promise<Links> {
  const link = (targetPort: number) =>
    resources.open(
      () => createFaultProxy({ targetPort }),
      (opened) => opened.close(),
    );
  return {
    redis: [await link(redis.port), await link(redis.port)],
    primary: await link(primary.port),
    replica: await link(replica.port),
  };
}

/** By the list itself, which several scenes share. */
const taken = new WeakMap<readonly string[], number>();

function takeProduct({ productIds }: Stage): string {
  const index = taken.get(productIds) ?? 0;
  taken.set(productIds, index + 1);
  const id = productIds[index];
  if (id === undefined || index >= reservedProducts) throw new Error('too few products are reserved');
  return id;
}

export async function setModes(links: readonly FaultProxy[], mode: FaultMode): Promise<void> {
  await Promise.all(links.map((link) => link.setMode(mode)));
}

/** What the clients see from now on for one watch. */
export async function watch({ load, watchMs, context }: Scene): Promise<LoadSeen> {
  const since = performance.now();
  await pause(watchMs);
  context.signal.throwIfAborted();
  return load.seenSince(since);
}

/** Sum over both gateways. */
export async function countOf(
  { gateways }: Pick<Scene, 'gateways'>,
  metric: 'cacheReads' | 'postgresQueries',
  labels: Readonly<Record<string, string>>,
): Promise<number> {
  const counts = await Promise.all(gateways.map(({ app }) => totalOf(app.metrics[metric], labels)));
  return counts.reduce((sum, count) => sum + count);
}

/** Milliseconds from now until `isSo`, on the proof's patience of 30 s. */
export async function msUntil(isSo: () => Promise<boolean>): Promise<number> {
  const startedAt = performance.now();
  if ((await waitUntil(isSo, { everyMs: 5, timeoutMs: 30_000 })) !== true) return Infinity;
  return rounded(performance.now() - startedAt);
}

export interface Attempt {
  readonly ms: number;
  /** Of the error, if there is one. */
  readonly code: string | undefined;
}

/** Asks the first gateway for a change. */
export async function change(
  { gateways: [{ url }] }: Pick<Scene, 'gateways'>,
  token: string,
  document: string,
  input?: Readonly<Record<string, unknown>>,
): Promise<Attempt> {
  const startedAt = performance.now();
  const { errors } = await postQuery(url, document, { token, ...(input && { variables: { input } }) });
  return { ms: rounded(performance.now() - startedAt), code: errors[0]?.extensions.code };
}

/** Changes a price as an admin, through the first gateway. */
export const changePrice = (scene: Scene, id: string, amount: string): Promise<Attempt> =>
  change(
    scene,
    scene.adminToken,
    'mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { product { id } } }',
    { id, price: { amount, currencyCode: 'EUR' } },
  );

export async function priceOf({ url }: Pick<Gateway, 'url'>, id: string): Promise<string | undefined> {
  const { data } = await postQuery<{ product: { price: { amount: string } } | null }>(
    url,
    'query ($id: ID!) { product(id: $id) { price { amount } } }',
    { variables: { id } },
  );
  return data?.product?.price.amount;
}

/** No fault in what the clients saw. */
export const allAnswered = (what: string, seen: LoadSeen): Check => ({
  what,
  found: `${seen.faults.length} of ${seen.ms.count}${seen.faults.length > 0 ? ` (${String(seen.faults[0])})` : ''}`,
  must: '0',
  holds: seen.faults.length === 0 && seen.ms.count > 0,
});

/** No request was left waiting. */
export const noneHangs = (name: string, seen: LoadSeen): Check => ({
  what: `${name}: longest request`,
  found: `${seen.ms.max} ms`,
  must: `≤ ${answeredWithinMs} ms`,
  holds: seen.ms.max <= answeredWithinMs,
});

export const within = (what: string, ms: number, boundMs: number): Check => ({
  what,
  found: `${ms} ms`,
  must: `≤ ${boundMs} ms`,
  holds: ms <= boundMs,
});

export const isFact = (what: string, found: unknown, must: string): Check => ({
  what,
  found: String(found),
  must,
  holds: String(found) === must,
});

export const more = (what: string, found: number): Check => ({
  what,
  found: String(found),
  must: '> 0',
  holds: found > 0,
});
