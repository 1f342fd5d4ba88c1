import { idOf } from '../../../../schema/global-id.ts';
import { randomAppName } from '../../gateway.ts';
import { spreadOf } from '../measures.ts';
import type { Check, Proof, ProofContext } from '../proof.ts';
import { startStage, type RedisLink, type Stage } from '../stage.ts';
import { startWorker } from '../workers.ts';
import {
  abandonSlot,
  abandonUnbounded,
  boundMiB,
  keptMiB,
  type Abandoned,
  type Returned,
} from './abandoned-slot.ts';
import { hearEvictions } from './evictions.ts';
import { measureLatencies, type Latencies } from './latency.ts';
import { faults, measureTakeOvers, type TakeOvers } from './take-over.ts';

type Option = 'commits' | 'ms' | 'takeovers' | 'takeover-ms' | 'times';

const writers = 4;
const slowCommits = 40;
const slowMs = 150;

/** The follower of the log: how soon it evicts, who takes its place, and what its slot may cost. */
export const backstop: Proof<Option> = {
  name: 'backstop',
  about:
    'Whatever is committed is evicted within 100 ms, within 6 s of a worker’s death; no slot fills the disk.',
  takes: '4 min',
  options: {
    commits: { about: 'rows changed in psql', fallback: 4_000 },
    ms: { about: 'from commit to eviction, p99', fallback: 100 },
    takeovers: { about: 'of each kind', fallback: 5 },
    'takeover-ms': { about: 'from a worker’s end to an eviction by its spare', fallback: 6_000 },
    times: { about: 'as much log is written as a slot may keep; 5 at least', fallback: 10 },
  },
  async run(context) {
    const { commits, ms, takeovers, 'takeover-ms': takeOverMs, times } = context.options;
    const stage = await startStage(context, { products: writers });
    const products = stage.productIds.map((id) => idOf('Product', id));
    const [product = ''] = products;
    const latencies = await followed(context, stage, { what: 'Commits', commits, products });
    const link = await stage.redisLink();
    const slow = await followed(context, stage, {
      what: 'Control with a slow line to Redis: commits',
      commits: slowCommits,
      products,
      link,
    });
    const took = await measureTakeOvers(context, {
      stage,
      rounds: takeovers,
      watchAloneMs: takeOverMs,
      product,
    });
    const { abandoned, returned } = await abandonSlot(context, stage, { product, times });
    const unbounded = await abandonUnbounded(context, stage, times);
    return {
      checks: [
        ...soonEvicted(latencies, slow, ms),
        ...takenOver(took, takeOverMs),
        ...neverFull(abandoned, unbounded),
        ...followsAgain(returned),
      ],
      figures: {
        latencyMs: spreadOf(latencies.ms),
        slowLatencyMs: spreadOf(slow.ms),
        takeOvers: took,
        abandoned,
        unbounded,
        returned,
      },
    };
  },
};

interface Followed {
  readonly what: string;
  readonly commits: number;
  readonly products: readonly string[];
  /** Its line to Redis, slow once it follows. */
  readonly link?: RedisLink;
}

/** By a worker of its own, that ends with it. */
async function followed(
  context: ProofContext<Option>,
  stage: Stage,
  { link, ...work }: Followed,
): Promise<Latencies> {
  const app = randomAppName();
  const evictions = await hearEvictions(context, stage, app);
  const servers = { ...stage.servers, redisUrl: link?.url ?? stage.servers.redisUrl };
  const worker = await startWorker(context, stage, { app, servers });
  await worker.follows();
  await link?.delay(slowMs);
  const latencies = await measureLatencies(context, { evictions, ...work });
  worker.kill();
  return latencies;
}

function soonEvicted(latencies: Latencies, slow: Latencies, boundMs: number): readonly Check[] {
  const { p50, p99, max, count } = spreadOf(latencies.ms);
  const slowP99 = spreadOf(slow.ms).p99;
  return [
    {
      what: 'commits of rows that nobody named, with a fence in Redis then',
      found: `${latencies.fenced} of ${count}`,
      must: String(count),
      holds: count > 0 && latencies.fenced === count,
    },
    {
      what: 'time from commit to eviction, p99',
      found: `${p99} ms (p50 ${p50}, max ${max}) of ${count}`,
      must: `≤ ${boundMs} ms`,
      holds: p99 <= boundMs,
      control: { found: `${slowP99} ms with ${slowMs} ms on the wire`, fails: slowP99 > boundMs },
    },
  ];
}

function takenOver({ found, evictedAlone, madeUp }: TakeOvers, boundMs: number): readonly Check[] {
  const alone = evictedAlone ? 'evicted' : `nothing evicted for ${boundMs} ms`;
  return [
    ...faults.map((fault) => {
      const ms = spreadOf(found.filter((one) => one.fault === fault).map((one) => one.ms));
      return {
        what: `time until a spare evicts what its ${fault} worker did not, longest`,
        found: `${ms.max} ms (p50 ${ms.p50}) of ${ms.count}`,
        must: `≤ ${boundMs} ms`,
        holds: ms.count > 0 && ms.max <= boundMs,
        control: { found: `${alone} without a spare`, fails: !evictedAlone },
      };
    }),
    {
      what: 'changes that were evicted by whoever came next, spare or new',
      found: `${found.filter(({ ms }) => ms < Infinity).length + (madeUp ? 1 : 0)} of ${found.length + 1}`,
      must: String(found.length + 1),
      holds: madeUp && found.every(({ ms }) => ms < Infinity),
    },
  ];
}

function neverFull(abandoned: Abandoned, unbounded: Abandoned): readonly Check[] {
  return [
    {
      what: `log on the disk while ${abandoned.written} MiB were written behind a slot that keeps ${keptMiB}`,
      found: `${abandoned.most} MiB`,
      must: `≤ ${boundMiB} MiB`,
      holds: abandoned.most <= boundMiB,
      control: {
        found: `${unbounded.most} of ${unbounded.written} MiB without max_slot_wal_keep_size`,
        fails: unbounded.most > boundMiB,
      },
    },
    {
      what: 'the slot then',
      found: abandoned.status,
      must: 'lost',
      holds: abandoned.status === 'lost',
      control: { found: `${unbounded.status} without it`, fails: unbounded.status !== 'lost' },
    },
  ];
}

function followsAgain({ raised, followsAgainAfterMs }: Returned): readonly Check[] {
  return [
    {
      what: 'the worker that comes back raises the epoch of all entries by',
      found: String(raised),
      must: '1',
      holds: raised === 1,
    },
    {
      what: 'and evicts again what is committed',
      found: `${followsAgainAfterMs} ms after its start`,
      must: 'it does',
      holds: followsAgainAfterMs < Infinity,
    },
  ];
}
