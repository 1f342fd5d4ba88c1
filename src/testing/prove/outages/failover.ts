import { join } from 'node:path';
import { Redis } from 'ioredis';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { createRedisServer } from '../../../dev/redis/redis-server.ts';
import { slotOf } from '../../../redis/slot.ts';
import { startTestCluster } from '../../servers/test-cluster.ts';
import { createResources, type Resources } from '../resources.ts';
import { pause, startStage, untilReady } from '../stage.ts';
import { reservedProducts } from './mix.ts';
import {
  agreesWithPostgres,
  changeAll,
  createSubject,
  lookForOld,
  strictHolds,
  type Subject,
} from './old-answers.ts';
import { onServer } from '../../database.ts';
import { idOf } from '../../../../schema/global-id.ts';
import {
  allAnswered,
  backWithinMs,
  countOf,
  msUntil,
  noneHangs,
  openScene,
  priceOf,
  watch,
  within,
  type Finding,
  type Scene,
} from './scene.ts';

/** A Redis whose replica will take over with what it had when it lost the master. */
interface Failover {
  readonly name: string;
  readonly scene: Scene;
  /** The same servers under another name and without whoever follows the log. */
  readonly control: Scene;
  /** From here on the replica learns of nothing. */
  readonly detach: () => Promise<void>;
  /** The master dies. */
  readonly kill: () => Promise<void>;
  /** Resolves when the replica is the master. */
  readonly promote: () => Promise<void>;
  /** Who will be promoted. */
  readonly heirUrl: string;
  readonly subjects: number;
}

/** The follower of the log makes good what was invalidated on the master alone. */
const following = { ROLES: 'http,worker' };
const productsOfMix = 2 * reservedProducts;
const suspicionMs = 1_500;
const settleMs = 1_000;
const linkTimeoutMs = 10_000;

/** On a database of its own: the epochs note one Redis, and that of the other rows would be taken for the one before. */
export async function redisFailover(
  { context, ...settings }: Pick<Scene, 'context' | 'watchMs' | 'slack'>,
  kind: 'promoted' | 'cluster',
): Promise<Finding> {
  const resources = createResources();
  try {
    const stage = await startStage({ step: context.step, resources }, { products: productsOfMix });
    const base = { context, stage, watchMs: settings.watchMs, slack: settings.slack };
    return await failOver(await (kind === 'promoted' ? openReplicated : openCluster)(base, resources));
  } finally {
    await resources.close();
  }
}

type Base = Pick<Scene, 'context' | 'stage' | 'watchMs' | 'slack'>;

async function failOver(failover: Failover): Promise<Finding> {
  const { name, scene, control } = failover;
  const { context, gateways, load, slack } = scene;
  const hits = () => countOf(scene, 'cacheReads', { tier: 'redis', outcome: 'hit' });
  await Promise.all([...gateways, ...control.gateways].map(({ url }) => untilReady(url)));
  const subjects = await createSubjects(scene, failover.subjects);
  const ofControl = await createSubjects(control, failover.subjects);
  await context.step(`${name}: before`, () => watch(scene));

  await failover.detach();
  // Acknowledged: their fences are on the master alone.
  for (const subject of subjects) await changeAll(scene, subject, '41.00');
  for (const subject of ofControl) await changeAll(control, subject, '41.00');
  const killedAt = performance.now();
  await failover.kill();
  await pause(settleMs);
  const { sessions, stocks } = await oldEntries(failover, subjects);
  const during = load.seenSince(killedAt);
  const hitsBefore = await hits();
  await context.step(`${name}: failover`, () => failover.promote());
  const promotedAt = performance.now();
  const [backMs, ...old] = await Promise.all([
    msUntil(async () => (await hits()) > hitsBefore),
    ...subjects.map((subject) =>
      lookForOld(scene, subject, { amount: '41.00', since: promotedAt, forMs: suspicionMs }),
    ),
  ]);
  const whole = load.seenSince(killedAt);
  await Promise.all([...gateways, ...control.gateways].map(({ url }) => untilReady(url)));
  const pricesOfControl = await Promise.all(ofControl.map(({ id }) => priceOf(control.gateways[1], id)));
  const resurrected = pricesOfControl.filter((price) => price === '10.00').length;
  const sum = (of: (one: (typeof old)[number]) => number) => old.reduce((total, one) => total + of(one), 0);
  const lies = (count: number) => ({
    found: `${count} old entries in the Redis that was promoted`,
    fails: count > 0,
  });
  return {
    name,
    checks: [
      allAnswered(`${name}: faults`, whole),
      noneHangs(name, whole),
      within(`${name}: hits again after`, backMs, backWithinMs * slack),
      {
        ...within(
          `${name}: an old price is shown for`,
          Math.max(...old.map(({ onSecondMs }) => onSecondMs)),
          backWithinMs * slack,
        ),
        control: {
          found: `${resurrected} of ${ofControl.length} still old where nobody follows the log`,
          fails: resurrected > 0,
        },
      },
      ...strictHolds(
        name,
        {
          rounds: sum(({ rounds }) => rounds),
          letThrough: sum(({ letThrough }) => letThrough),
          oldStocks: sum(({ oldStocks }) => oldStocks),
        },
        { sessions: lies(sessions), stocks: lies(stocks) },
      ),
      await agreesWithPostgres(
        scene,
        name,
        subjects.map(({ id }) => id),
      ),
    ],
    figures: { during, whole, backMs, old, resurrected, sessions, stocks },
  };
}

/** A master and its replica behind one address, which leads to the replica after the failover. */
async function openReplicated({ context, stage, ...scene }: Base, resources: Resources): Promise<Failover> {
  const server = (name: string, settings: Readonly<Record<string, string>> = {}) =>
    resources.open(
      () => createRedisServer({ dataDir: join(stage.dataDir, name), settings }),
      (opened) => opened.stop(),
    );
  const master = await server('redis-master');
  const replica = await server('redis-replica', { replicaof: `127.0.0.1 ${master.port}` });
  await untilLinked([replica.url]);
  const own = { ...stage, redis: master, servers: { ...stage.servers, redisUrl: master.url } };
  const open = (ROLES: string, clientsPerGateway = 2) =>
    openScene(own, {
      context,
      resources,
      watchMs: scene.watchMs,
      slack: scene.slack,
      clientsPerGateway,
      gateway: { env: { ROLES } },
    });
  const opened = await open(following.ROLES);
  const control = await open('http', 0);
  const lead = (port: number) => {
    for (const link of [...opened.links.redis, ...control.links.redis]) link.leadTo(port);
  };
  return {
    name: 'Redis failed over',
    scene: opened,
    control,
    // It keeps what it has and goes its own way, as one whose link to the master was slow.
    detach: () => asked(replica.url, ['replicaof', 'no', 'one']).then(() => undefined),
    kill: () => master.kill(),
    promote() {
      lead(replica.port);
      return Promise.resolve();
    },
    heirUrl: replica.url,
    subjects: 8,
  };
}

/** A Redis Cluster, one of whose masters dies. */
async function openCluster({ context, stage, ...scene }: Base, resources: Resources): Promise<Failover> {
  const cluster = await resources.open(
    () => startTestCluster({ nodeTimeoutMs: 1_000 }),
    (opened) => opened.stop(),
  );
  const open = (ROLES: string, clientsPerGateway = 2) =>
    openScene(stage, {
      ...{ context, resources, watchMs: scene.watchMs, slack: scene.slack },
      clientsPerGateway,
      redisUrl: cluster.urls.join(','),
      gateway: { env: { ROLES, REDIS_CLUSTER: 'true', REDIS_STATE_URL: stage.servers.redisUrl } },
    });
  const opened = await open(following.ROLES);
  const control = await open('http', 0);
  const slot = slotOf('any');
  const victim = await cluster.masterOf(slot);
  const heir = cluster.servers[cluster.servers.indexOf(victim) + cluster.servers.length / 2];
  if (heir === undefined) throw new Error('a master without a replica');
  return {
    name: 'Master of a Redis Cluster killed',
    scene: opened,
    control,
    async detach() {
      // With a password that the master does not know, the replica cannot come back to it.
      await cluster.ask(heir, 'config', 'set', 'masterauth', 'not-that');
      await cluster.ask(heir, 'client', 'kill', 'type', 'master');
    },
    kill: () => victim.kill(),
    async promote() {
      const isDone = async () => (await cluster.masterOf(slot)) !== victim;
      if (!(await waitUntil(isDone, { everyMs: 10, timeoutMs: linkTimeoutMs })))
        throw new Error('nobody took over');
    },
    heirUrl: heir.url,
    // Each lies with one of three masters.
    subjects: 16,
  };
}

async function untilLinked(urls: readonly string[]): Promise<void> {
  const isLinked = async () => {
    const infos = await Promise.all(urls.map((url) => asked(url, ['info', 'replication'])));
    return infos.every((info) => String(info).includes('master_link_status:up'));
  };
  if (!(await waitUntil(isLinked, { everyMs: 20, timeoutMs: linkTimeoutMs })))
    throw new Error('a replica of Redis does not follow');
}

/** What the heir holds of what was taken away: there for whoever would believe it. */
async function oldEntries({ scene, heirUrl }: Failover, subjects: readonly Subject[]) {
  const [bob] = await onServer<{ id: string }>(
    scene.truthUrl(),
    `SELECT id::text FROM users WHERE username = 'bob'`,
  );
  const count = async (pattern: string) => {
    const keys = (await asked(heirUrl, ['keys', `${scene.app}:*:${pattern}`])) as readonly string[];
    const values = await Promise.all(keys.map((key) => asked(heirUrl, ['get', key], { isReplica: true })));
    return values.filter((value) => String(value).startsWith('V')).length;
  };
  const stocks = await Promise.all(subjects.map(({ id }) => count(`inventory.*:${idOf('Product', id)}`)));
  return {
    sessions: await count(`session.*:${bob?.id ?? ''}%3A*`),
    stocks: stocks.reduce((sum, one) => sum + one, 0),
  };
}

async function createSubjects(scene: Scene, count: number): Promise<readonly Subject[]> {
  const subjects = [];
  for (let index = 0; index < count; index += 1) subjects.push(await createSubject(scene));
  return subjects;
}

async function asked(
  url: string,
  [command, ...args]: readonly [string, ...string[]],
  { isReplica = false }: { readonly isReplica?: boolean } = {},
): Promise<unknown> {
  const client = new Redis(url);
  try {
    // Else a replica in a cluster sends whoever asks for a key to its master; a server of its own refuses the word.
    if (isReplica) await client.call('readonly').catch(() => undefined);
    return await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
}
