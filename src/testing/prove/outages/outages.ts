import { seededRandom, type Random } from '../../../clock/random.ts';
import { PASS, type FaultMode } from '../../servers/fault-mode.ts';
import type { FaultProxy } from '../../servers/fault-proxy.ts';
import type { Proof, ProofContext } from '../proof.ts';
import { createResources, type Resources } from '../resources.ts';
import { startStage } from '../stage.ts';
import { cutOffWriter } from './cut-off-writer.ts';
import { redisFailover } from './failover.ts';
import { redisFlushed } from './flush.ts';
import { openMemoryWatch } from './memory.ts';
import { primaryOutage, promotion } from './primary.ts';
import { openRedisWait } from './redis-wait.ts';
import { redisOutage, type Gauges } from './redis.ts';
import { noNodeAnswers, replicaOutage } from './replica.ts';
import { openScene, setModes, watch, type Finding, type Scene } from './scene.ts';
import { shortFreezes } from './short-freezes.ts';

type Context = ProofContext<'seconds' | 'slack'>;

const products = 320;
const longestWatchSeconds = 5;
const patientMs = 1_000;
/** Half of it each way, so that each reply is so late. */
const slowMs = 200;
/** Into the second answer, or the first of some length. */
const cutAfterBytes = 12;
/** Past the greeting of Postgres, within the first answer. */
const cutRowsAfterBytes = 500;

const slow = { kind: 'latency', delayMs: slowMs / 2 } as const;

interface Needs extends Gauges {
  /** Repeated faults come so often. */
  readonly times: number;
  readonly random: Random;
}

/** One fault of one part. */
interface Row {
  /** Whether the quick form has it. */
  readonly isQuick?: boolean;
  readonly see: (scene: Scene, needs: Needs) => Promise<Finding>;
}

const rowsOfRedis: readonly Row[] = [
  {
    isQuick: true,
    see: (scene, needs) =>
      redisOutage(scene, needs, {
        name: 'Redis killed',
        break: () => scene.stage.redis.kill(),
        mend: () => scene.stage.redis.restart(),
        keepsEntries: false,
        isSilent: false,
        watchesMemory: true,
      }),
  },
  {
    isQuick: true,
    see: (scene, needs) =>
      redisOutage(scene, needs, {
        name: 'Redis frozen',
        break: () => scene.stage.redis.freeze(),
        mend: () => scene.stage.redis.resume(),
        keepsEntries: true,
        isSilent: true,
        watchesMemory: true,
      }),
  },
  {
    see: (scene, needs) =>
      redisOutage(scene, needs, {
        name: `Redis ${slowMs} ms late`,
        ...linked(scene.links.redis, slow),
        keepsEntries: true,
        isSilent: true,
      }),
  },
  {
    see: (scene, needs) =>
      redisOutage(scene, needs, {
        name: 'Redis cut in mid-reply',
        ...linked(scene.links.redis, { kind: 'cut', afterBytes: cutAfterBytes }),
        keepsEntries: true,
        isSilent: false,
      }),
  },
  { see: (scene, { times }) => redisFlushed(scene, 3 * times) },
  {
    isQuick: true,
    see: (scene, { times, random }) => shortFreezes(scene, { freezes: 2 * times, random }),
  },
  { isQuick: true, see: (scene, { times }) => cutOffWriter(scene, 2 * times) },
];

const rowsOfReplica: readonly Row[] = [
  {
    isQuick: true,
    see: (scene) =>
      replicaOutage(scene, {
        name: 'Replica killed',
        break: () => scene.stage.replica.kill(),
        mend: () => scene.stage.replica.restart(),
        isOut: true,
      }),
  },
  {
    see: (scene) =>
      replicaOutage(scene, {
        name: 'Replica frozen',
        break: () => scene.stage.replica.freeze(),
        mend: () => scene.stage.replica.resume(),
        isOut: true,
      }),
  },
  {
    see: (scene) =>
      replicaOutage(scene, {
        name: `Replica ${slowMs} ms late`,
        ...linked([scene.links.replica], slow),
        isOut: false,
      }),
  },
  {
    see: (scene) =>
      replicaOutage(scene, {
        name: 'Replica cut in mid-reply',
        ...linked([scene.links.replica], { kind: 'cut', afterBytes: cutRowsAfterBytes }),
        isOut: true,
      }),
  },
  { isQuick: true, see: noNodeAnswers },
];

const rowsOfPrimary: readonly Row[] = [
  {
    see: (scene) =>
      primaryOutage(scene, {
        name: 'Primary killed',
        break: () => scene.stage.primary.kill(),
        mend: () => scene.stage.primary.restart(),
        isOut: true,
      }),
  },
  {
    see: (scene) =>
      primaryOutage(scene, {
        name: 'Primary frozen',
        break: () => scene.stage.primary.freeze(),
        mend: () => scene.stage.primary.resume(),
        isOut: true,
      }),
  },
  {
    see: (scene) =>
      primaryOutage(scene, {
        name: `Primary ${slowMs} ms late`,
        ...linked([scene.links.primary], slow),
        isOut: false,
      }),
  },
  {
    see: (scene) =>
      primaryOutage(scene, {
        name: 'Primary cut in mid-reply',
        ...linked([scene.links.primary], { kind: 'cut', afterBytes: cutRowsAfterBytes }),
        isOut: true,
      }),
  },
  // The last: the scene is without a replica then.
  { isQuick: true, see: promotion },
];

const linked = (links: readonly FaultProxy[], mode: FaultMode) => ({
  break: () => setModes(links, mode),
  mend: () => setModes(links, PASS),
});

/** Servers die, freeze, are slow and come back under two gateways whose clients go on asking. */
export const outages = createOutages({ isQuick: false });

export function createOutages({ isQuick }: { readonly isQuick: boolean }): Proof<'seconds' | 'slack'> {
  return {
    name: 'outages',
    about:
      'Redis, a replica and the primary killed, frozen, slow, cut and failed over: what clients notice, and for how long.',
    takes: 'about 7 min, with --seconds 60 about 9',
    options: {
      seconds: {
        about: `each state is watched, at most ${longestWatchSeconds}; memory without Redis all of it, 60 in full`,
        fallback: longestWatchSeconds,
      },
      slack: { about: 'by which bounds in time are multiplied, on a slow machine', fallback: 1 },
    },
    async run(context) {
      const { seconds, slack } = context.options;
      const base = { context, watchMs: Math.min(seconds, longestWatchSeconds) * 1_000, slack };
      const findings = await seeRows(context, base, isQuick);
      // With everything else at rest: they have gateways and servers of their own.
      if (!isQuick)
        for (const kind of ['promoted', 'cluster'] as const) findings.push(await redisFailover(base, kind));
      return {
        checks: findings.flatMap(({ checks }) => checks),
        figures: Object.fromEntries(findings.map(({ name, figures }) => [name, figures])),
      };
    },
  };
}

async function seeRows(
  context: Context,
  base: Pick<Scene, 'context' | 'watchMs' | 'slack'>,
  isQuick: boolean,
): Promise<Finding[]> {
  const chosen = (rows: readonly Row[]) => rows.filter((row) => !isQuick || row.isQuick === true);
  const stage = await startStage(context, { products });
  const [resources, gauges] = [createResources(), createResources()];
  const findings: Finding[] = [];
  try {
    const scene = await openScene(stage, { ...base, resources });
    // Compiled code, open connections and warm pages: else the first comparison would flatter the outage.
    await context.step('Warm-up', () => watch(scene));
    const needs = await openGauges(context, scene, gauges, isQuick);
    for (const row of chosen(rowsOfRedis)) findings.push(await row.see(scene, needs));
    await gauges.close();
    for (const row of chosen([...rowsOfReplica, ...rowsOfPrimary]))
      findings.push(await row.see(scene, needs));
    return findings;
  } finally {
    await gauges.close();
    await resources.close();
  }
}

async function openGauges(
  context: Context,
  scene: Scene,
  resources: Resources,
  isQuick: boolean,
): Promise<Needs> {
  const { seconds } = context.options;
  const url = scene.links.redis[0].through(scene.stage.servers.redisUrl);
  return {
    wait: await openRedisWait(resources, url),
    patient: await openRedisWait(resources, url, patientMs),
    ...(isQuick
      ? { memory: undefined, leaking: undefined }
      : await context.step('Two gateways as processes', async () => ({
          memory: await openMemoryWatch(scene, resources),
          leaking: await openMemoryWatch(scene, resources, { keeps: true }),
        }))),
    memoryMs: seconds * 1_000,
    times: Math.min(seconds, longestWatchSeconds),
    random: seededRandom(context.seed),
  };
}
