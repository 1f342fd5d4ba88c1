import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { setReplicaDelay } from '../../../dev/postgres/replica-control.ts';
import { withAdmin } from '../../../dev/postgres/admin-client.ts';
import { postQuery } from '../../gateway.ts';
import type { FaultMode } from '../../servers/fault-mode.ts';
import { hashingThreads, type Scene } from './scene.ts';
import { changeProduct, inTurn, readProduct, startTraffic, visit } from './traffic.ts';

/** Something that goes wrong, and the alerts that must tell of it. */
export interface Cause {
  readonly what: string;
  readonly alerts: readonly string[];
  /** Begins it; resolves to how it ends. */
  readonly begin: () => Promise<() => Promise<unknown>>;
  /** Cannot be undone. */
  readonly isForGood?: true;
}

const pass: FaultMode = { kind: 'pass' };
const slow = (delayMs: number): FaultMode => ({ kind: 'latency', delayMs });
const reset: FaultMode = { kind: 'reset' };

/** In an order in which each finds what it needs: the last cannot be undone. */
export function causesOn(scene: Scene, admin: string): readonly Cause[] {
  const { stage, gateway, worker, links, queue, codes } = scene;
  const { url } = gateway;
  const newProduct = inTurn(stage.productIds.slice(1_000));
  const newCode = inTurn(codes);
  const change = () => changeProduct(url, stage.productIds[0] ?? '', admin);

  async function breaking(mode: FaultMode, ...names: readonly (keyof Scene['links'])[]) {
    for (const name of names) await links[name].setMode(mode);
    return async () => {
      for (const name of names) await links[name].setMode(pass);
    };
  }

  async function whileVisiting(clients: number, broken: ReturnType<typeof breaking>) {
    const mend = await broken;
    const visits = startTraffic({ clients, pauseMs: 20, ask: () => visit(url, newCode()) });
    return async () => {
      await visits.stop();
      await mend();
    };
  }

  return [
    {
      what: 'a flood of what is in no cache, over slow links to Postgres',
      alerts: [
        'SlowOperations',
        'FailedOperations',
        'CacheHitRatioLow',
        'CacheHitRatioCritical',
        'PostgresPoolBusy',
        'PostgresTurnsAway',
      ],
      async begin() {
        const mend = await breaking(slow(100), 'primary', 'replica');
        const flood = startTraffic({
          ...{ clients: 40, pauseMs: 50 },
          // Twice at once: whoever comes second waits for the first.
          ask() {
            const id = newProduct();
            return Promise.all([readProduct(url, id), readProduct(url, id)]);
          },
        });
        return async () => {
          await mend();
          await flood.stop();
        };
      },
    },
    {
      what: 'a slow link to Redis',
      alerts: ['RedisSlow'],
      begin: () => breaking(slow(30), 'redis'),
    },
    {
      what: 'no link to Redis',
      alerts: ['RedisUnavailable'],
      begin: () => breaking(reset, 'redis'),
    },
    {
      what: 'a Redis that is too small for what is written',
      alerts: ['RedisMemoryHigh', 'RedisMemoryCritical', 'RedisEvictions'],
      begin: () => fillRedis(stage.redis.url),
    },
    {
      what: 'a replica that applies everything late',
      alerts: ['ReplicaLag'],
      async begin() {
        await setReplicaDelay(stage.replica, 60_000);
        const writes = startTraffic({ clients: 1, pauseMs: 100, ask: change });
        return async () => {
          await writes.stop();
          await setReplicaDelay(stage.replica, 0);
        };
      },
    },
    {
      what: 'no link to the primary, while links are visited that nobody has visited before',
      alerts: ['PostgresNodeDown', 'BackstopNotFollowed', 'NoLeaderForChores', 'WriteBehindGrowing'],
      begin: () => whileVisiting(4, breaking(reset, 'primary', 'workersPrimary')),
    },
    {
      what: 'no link to any Postgres, while links are visited that are in no cache',
      alerts: ['FailedHttpRequests'],
      begin: () => whileVisiting(2, breaking(reset, 'primary', 'replica')),
    },
    {
      what: 'a slow link between the worker and the log',
      alerts: ['BackstopLate'],
      begin: () => breaking(slow(1_500), 'workersPrimary'),
    },
    {
      what: 'a primary whose slots may keep any amount of log',
      alerts: ['BackstopFault'],
      async begin() {
        await setSlotBound(stage.primary.url(), '-1');
        // It is looked at with each new connection.
        links.workersPrimary.resetConnections();
        return async () => {
          await setSlotBound(stage.primary.url(), '1GB');
          links.workersPrimary.resetConnections();
        };
      },
    },
    {
      what: 'a mail server that takes no mail, and jobs that have been due for ten minutes',
      alerts: ['JobsWaiting'],
      async begin() {
        const mend = await breaking({ kind: 'black-hole' }, 'mail');
        await queue.add(20);
        await withAdmin(stage.servers.primaryUrl, (client) =>
          client.query(
            `UPDATE graphile_worker._private_jobs SET run_at = now() - interval '10 minutes' WHERE locked_at IS NULL`,
          ),
        );
        return mend;
      },
    },
    {
      what: 'passwords to hash, more than a processor can',
      alerts: ['ProcessBusy'],
      begin() {
        const ask = (count: number) => signUp(scene.spare.url, count);
        const signUps = startTraffic({ clients: 2 * hashingThreads, pauseMs: 0, ask });
        return Promise.resolve(() => signUps.stop());
      },
    },
    {
      what: 'a process that is kept from running, again and again',
      alerts: ['EventLoopLate'],
      begin() {
        const freezes = startTraffic({
          clients: 1,
          pauseMs: 100,
          async ask() {
            worker.signal('SIGSTOP');
            await sleep(300);
            worker.signal('SIGCONT');
          },
        });
        return Promise.resolve(() => freezes.stop());
      },
    },
    {
      what: 'a process that was killed',
      alerts: ['GatewayDown'],
      isForGood: true,
      begin() {
        scene.spare.kill();
        return Promise.resolve(() => Promise.resolve());
      },
    },
  ];
}

/** What is there fills all but a little of what may be used; then more is written than fits. */
async function fillRedis(url: string): Promise<() => Promise<unknown>> {
  const redis = new Redis(url);
  const [, used] = /used_memory:(\d+)/.exec(await redis.info('memory')) ?? [];
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await redis.config('SET', 'maxmemory', String(Number(used) + 2_000_000));
  const writes = startTraffic({
    ...{ clients: 1, pauseMs: 20 },
    ask(count) {
      const pipeline = redis.pipeline();
      for (let key = 0; key < 100; key += 1) pipeline.set(`junk:${count}:${key}`, 'x'.repeat(500), 'EX', 60);
      return pipeline.exec();
    },
  });
  return async () => {
    await writes.stop();
    await redis.config('SET', 'maxmemory', '0');
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    redis.disconnect();
  };
}

async function setSlotBound(url: string, bound: string): Promise<void> {
  await withAdmin(url, async (client) => {
    await client.query(`ALTER SYSTEM SET max_slot_wal_keep_size = '${bound}'`);
    await client.query('SELECT pg_reload_conf()');
  });
}

const signUp = (url: string, count: number) =>
  postQuery(url, 'mutation SignUp($input: SignUpInput!) { signUp(input: $input) { userErrors { code } } }', {
    variables: { input: { username: `busy_${count}`, password: 'correct horse' } },
  });
