import { allProtections } from '../../../cache/settings.ts';
import { setReplicaDelay } from '../../../dev/postgres/replica-control.ts';
import { follows } from '../../../dev/postgres/replica.ts';
import { randomAppName } from '../../gateway.ts';
import { startMortalGateway } from '../child-gateway.ts';
import { inSteps, type Proof, type ProofContext } from '../proof.ts';
import { startStage, type Stage } from '../stage.ts';
import { neverOld, offPrimary, type PairsSeen } from './checks.ts';
import { crowdIn } from './crowd.ts';
import { populate, runMix, type Mix } from './mix.ts';
import { isOld, whats, type By, type What } from './pairs.ts';
import { countingSettings, countReads, startCounting } from './reads.ts';
import { createWriters, type Writer } from './writer.ts';

type Option = 'rounds' | 'requests' | 'writes' | 'percent';
type Context = ProofContext<Option>;
type Urls = readonly [string, string];

const writerCount = 16;
const replicaDelayMs = 5_000;
/** So that the replica, with 5 s of lag, is read: otherwise only the primary would be. */
const env = { REPLICA_MAX_LAG_MS: '15000', REDIS_DEADLINE_MS: '5000' };
/** Requests of the mix for each product: most of what they read is in no cache. */
const requestsPerProduct = 0.5;

export const ownWrites: Proof<Option> = {
  name: 'own-writes',
  about:
    'What one writes, one reads through any gateway, the replica 5 s behind; most reads stay off the primary.',
  takes: '4 to 10 min',
  options: {
    rounds: { about: 'writes, each with a read through the other gateway', fallback: 10_000 },
    requests: { about: 'of each mix of reads and writes', fallback: 3_000 },
    writes: { about: 'percent of writes in each mix', fallback: 10 },
    percent: { about: 'of SQL reads that stay off the primary, at least', fallback: 95 },
  },
  async run(context) {
    const { requests, percent } = context.options;
    const products = Math.max(writerCount, Math.ceil(requests / requestsPerProduct));
    const stage = await startStage(context, { products, postgresSettings: countingSettings });
    const [replica, primary] = [stage.replica, stage.primary];
    await startCounting(stage);
    const userIds = await populate(stage);
    const behindCrowd = await crowdIn(stage);
    const app = randomAppName();
    const processes = await context.step('Two gateways as processes', () =>
      Promise.all([
        startMortalGateway(context, stage, { name: 'gateway-1', app, env }),
        startMortalGateway(context, stage, { name: 'gateway-2', app, env }),
      ]),
    );
    const ids = stage.productIds.slice(-writerCount);
    const urls: Urls = [processes[0].url, processes[1].url];
    const writers = await createWriters(urls[0], stage.servers.primaryUrl, ids);
    if (!(await follows(replica, primary))) throw new Error('the replica does not follow');

    // While it follows: no gateway reads a replica that has not reached where the primary was at the gateway's start.
    const unfenced = await startUnfenced(stage);
    await setReplicaDelay(replica, replicaDelayMs);
    const pairs = await seePairs(context, { stage, urls, unfenced: unfenced.urls, writers, behindCrowd });
    // Lest what they still write is counted with the mixes.
    for (const { kill } of processes) kill();
    await unfenced.close();
    await setReplicaDelay(replica, 0);
    if (!(await follows(replica, primary))) throw new Error('the replica does not follow again');
    const mixes = await seeMixes(context, stage, { writers, userIds });
    return { checks: [...neverOld(pairs), ...offPrimary(mixes, percent)], figures: { pairs, mixes } };
  },
};

interface Scene {
  readonly stage: Stage;
  readonly urls: Urls;
  /** Where an invalidation leaves no position behind. */
  readonly unfenced: Urls;
  readonly writers: readonly Writer[];
  readonly behindCrowd: string;
}

async function startUnfenced(
  stage: Stage,
): Promise<{ readonly urls: Urls; readonly close: () => Promise<unknown> }> {
  const overrides = { protections: { ...allProtections, fence: false } };
  const options = { app: randomAppName(), env, overrides };
  const [first, second] = [await stage.gateway(options), await stage.gateway(options)];
  return {
    urls: [first.url, second.url],
    close: () => Promise.all([first.close(), second.close()]),
  };
}

async function seePairs(context: Context, scene: Scene) {
  const { rounds } = context.options;
  const controlRounds = Math.max(writerCount, Math.round(rounds / 20));
  const found = await see(context, scene, { rounds, by: ['session', 'token'], of: whats });
  const unknown = await see(context, scene, {
    ...{ rounds: controlRounds, by: ['nobody'] },
    of: ['list of moved'],
  });
  const unfenced = await see(
    context,
    { ...scene, urls: scene.unfenced },
    { rounds: controlRounds, by: ['nobody'], of: ['row', 'profile', 'list of new'] },
  );
  return { found, unknown, unfenced };
}

async function seeMixes(context: Context, stage: Stage, people: Pick<Mix, 'writers' | 'userIds'>) {
  const { requests, writes: writePercent } = context.options;
  const mix = { ...people, requests, writePercent };
  return {
    catalogue: await runMix(context, stage, { ...mix, what: 'Mix' }),
    withStock: await runMix(context, stage, { ...mix, what: 'Mix with stock', withStock: true }),
    withoutReplica: await runMix(context, stage, {
      ...{ ...mix, what: 'Control without replicas', withoutReplica: true },
      requests: Math.max(writerCount, Math.round(requests / 20)),
    }),
  };
}

interface Series {
  readonly rounds: number;
  readonly by: readonly By[];
  readonly of: readonly What[];
}

/** All writers at once, time after time; each in turn by what it writes, how it is known, and through which gateway. */
async function see(
  context: Context,
  { stage, urls, writers, behindCrowd }: Scene,
  { rounds, by, of }: Series,
): Promise<PairsSeen> {
  const old = new Map<By, Map<What, { pairs: number; old: number }>>(
    by.map((each) => [each, new Map(of.map((what) => [what, { pairs: 0, old: 0 }]))]),
  );
  const turned: Urls = [urls[1], urls[0]];
  let left = rounds;

  async function once(writer: Writer, position: number, round: number): Promise<void> {
    if (left === 0) return;
    left -= 1;
    const turn = round + position;
    const what = of[turn % of.length] ?? 'row';
    const who = by[Math.floor(turn / of.length) % by.length] ?? 'session';
    const isTurned = Math.floor(turn / of.length / by.length) % 2 === 1;
    const pair = { urls: isTurned ? turned : urls, writer, number: round, by: who, behindCrowd };
    const counts = old.get(who)?.get(what);
    if (counts === undefined) throw new Error('a kind of pair that is not counted');
    counts.pairs += 1;
    if (await isOld(what, { ...pair, withCopy: round % 2 === 0 })) counts.old += 1;
  }

  const title = `${by.join(' and ')}: rounds of ${writers.length}`;
  const reads = await countReads(stage, () =>
    inSteps(context, title, Math.ceil(rounds / writers.length), async (round) => {
      await Promise.all(writers.map((writer, position) => once(writer, position, round)));
    }),
  );
  return { old: Object.fromEntries([...old].map(([who, each]) => [who, Object.fromEntries(each)])), reads };
}
