import { createFaultProxy, type FaultProxy } from '../../servers/fault-proxy.ts';
import { startSmtpSink } from '../../smtp-sink.ts';
import { randomAppName } from '../../gateway.ts';
import { startMortalGateway, type MortalGateway } from '../child-gateway.ts';
import { openQueue, sender, type Queue } from '../deliveries/queue.ts';
import type { ProofContext } from '../proof.ts';
import { seedLinks } from '../redirects/seeded-links.ts';
import { startStage, type Stage } from '../stage.ts';

type Context = Pick<ProofContext, 'resources' | 'step'>;

/** Two gateways and a worker as they run in production, with a link to each server that can be made bad. */
export interface Scene {
  readonly stage: Stage;
  readonly gateway: MortalGateway;
  /** Nobody's, until it is given more than it can do, and is killed. */
  readonly spare: MortalGateway;
  readonly worker: MortalGateway;
  /** Of the gateways, and of the worker. */
  readonly links: Readonly<
    Record<'primary' | 'replica' | 'redis' | 'workersPrimary' | 'workersRedis' | 'mail', FaultProxy>
  >;
  readonly queue: Queue;
  /** Short links that nobody has visited. */
  readonly codes: readonly string[];
}

/** Many, for each cause of a fault asks for what is in no cache yet. */
const products = 20_000;
const codes = 20_000;
/** Of the spare: enough of them have most of a processor even where others want it as well. */
export const hashingThreads = 12;
/** Small enough for a flood to fill; and servers behind slow links are no failing ones. */
const common = {
  NODE_ENV: 'production',
  POOL_SIZE: '6',
  POOL_QUEUE: '5',
  REPLICA_SAMPLE_MS: '500',
  CONNECT_TIMEOUT_MS: '10000',
  STRICT_LICENCE_MS: '2000',
  REDIS_DEADLINE_MS: '1000',
  RESOLVER_SAMPLING: '0.1',
};

export async function openScene(context: Context): Promise<Scene> {
  const stage = await startStage(context, { products });
  const { primary, replica, redis, servers } = stage;
  const links = await openLinks(context, { primary, replica, redis });
  const { codes: made } = await context.step('Links', () => seedLinks(stage, codes));
  const queue = await openQueue(context, stage, 'waiting');
  const app = randomAppName();

  const start = (name: string, ROLES: 'http' | 'worker', env: Readonly<Record<string, string>> = {}) =>
    startMortalGateway(context, stage, {
      ...{ name, app, env: { ...common, ROLES, ...env } },
      servers: {
        primaryUrl: links[ROLES === 'http' ? 'primary' : 'workersPrimary'].through(servers.primaryUrl),
        replicaUrls: servers.replicaUrls.map((url) => links.replica.through(url)),
        redisUrl: links[ROLES === 'http' ? 'redis' : 'workersRedis'].through(servers.redisUrl),
      },
    });
  const mail = { SMTP_URL: `smtp://127.0.0.1:${links.mail.port}?tls=optional`, MAIL_FROM: sender };
  const [gateway, spare, worker] = await context.step('Gateways', () =>
    Promise.all([
      start('gateway', 'http'),
      start('spare', 'http', { UV_THREADPOOL_SIZE: String(hashingThreads) }),
      start('worker', 'worker', { ...mail, JOB_CONCURRENCY: '1', PROVIDER_TIMEOUT_MS: '120000' }),
    ]),
  );
  return { stage, gateway, spare, worker, links, queue, codes: made };
}

async function openLinks(
  { resources }: Context,
  { primary, replica, redis }: Pick<Stage, 'primary' | 'replica' | 'redis'>,
): Promise<Scene['links']> {
  const mails = await resources.open(startSmtpSink, (opened) => opened.close());
  const open = (targetPort: number) =>
    resources.open(
      () => createFaultProxy({ targetPort }),
      (proxy) => proxy.close(),
    );
  return {
    primary: await open(primary.port),
    replica: await open(replica.port),
    redis: await open(redis.port),
    workersPrimary: await open(primary.port),
    workersRedis: await open(redis.port),
    mail: await open(Number(new URL(mails.url).port)),
  };
}
