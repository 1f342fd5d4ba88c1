import { randomAppName } from '../../gateway.ts';
import { spreadOf } from '../measures.ts';
import { inSteps, type Check, type Proof, type ProofContext } from '../proof.ts';
import { startStage, type Stage } from '../stage.ts';
import { startWorker } from '../workers.ts';
import { createSupply, patient } from './doomed.ts';
import { createRounds, type Findings, type Rounds } from './kills.ts';

type Option = 'kills' | 'writes' | 'ms' | 'watch-ms';
type Context = ProofContext<Option>;

const rowsPerWrite = 4;
const quietMs = 250;
const giveUpMs = 10_000;
/** Gateways that die between COMMIT and invalidation, and writers that know of no cache: what do the others show? */
export const crash: Proof<Option> = {
  name: 'crash',
  about:
    'After a gateway killed between COMMIT and invalidation, or a write in psql, nothing is old for 2 s.',
  takes: '6 to 12 min',
  options: {
    kills: { about: 'gateways killed', fallback: 200 },
    writes: { about: 'writes past every gateway', fallback: 200 },
    ms: { about: 'how long something may be old, p99.9', fallback: 2_000 },
    'watch-ms': { about: 'how long controls are watched', fallback: 2_500 },
  },
  async run(context) {
    const { kills, writes, ms: boundMs, 'watch-ms': watchMs } = context.options;
    const psqlRounds = Math.ceil(writes / rowsPerWrite);
    const controlRounds = Math.max(1, Math.round(kills / 50));
    const stage = await startStage(context, { products: kills + psqlRounds + 2 * controlRounds + 1 });
    const productIds = [...stage.productIds];
    const take = (count: number) => productIds.splice(0, count);

    const app = randomAppName();
    const worker = await context.step('Worker', () => startWorker(context, stage, { app }));
    await worker.follows();
    const followed = await openRounds(context, stage, { app, giveUpMs });
    const killed = await followed(take(kills));
    await killRounds(context, stage, { what: 'Kills', count: kills, app, rounds: killed });
    const past = await followed(take(psqlRounds));
    await inSteps(context, 'Writes past every gateway, by four:', psqlRounds, past.psql);
    const oldAtEnd = await context.step(
      'All of them once more',
      async () => (await killed.lookAgain()) + (await past.lookAgain()),
    );

    const control = { app: randomAppName(), count: controlRounds };
    const alone = await openRounds(context, stage, { ...control, giveUpMs: watchMs });
    const unfollowed = await alone(take(controlRounds));
    const unmarked = await alone(take(controlRounds));
    const unseen = await alone(take(1));
    await killRounds(context, stage, {
      ...control,
      what: 'Control without a worker: kills',
      rounds: unfollowed,
    });
    await killRounds(context, stage, {
      ...control,
      what: 'Control without worker and claims: kills',
      rounds: unmarked,
      isUnmarked: true,
    });
    await context.step('Control without a worker: writes past every gateway', unseen.psql);

    const seen = {
      killed: killed.found(),
      past: past.found(),
      unfollowed: unfollowed.found(),
      unmarked: unmarked.found(),
      unseen: unseen.found(),
    };
    return {
      checks: [...afterKills(seen, kills, boundMs), ...afterWrites(seen, boundMs), looked(oldAtEnd)],
      figures: Object.fromEntries(Object.entries(seen).map(([name, found]) => [name, figuresOf(found)])),
    };
  },
};

/** Resolves to what makes rounds over two gateways that live. */
async function openRounds(
  context: Context,
  stage: Stage,
  { app, giveUpMs: untilMs }: { readonly app: string; readonly giveUpMs: number },
): Promise<(productIds: readonly string[]) => Promise<Rounds>> {
  const survivors = [await stage.gateway({ app, env: patient }), await stage.gateway({ app, env: patient })];
  return (productIds) => createRounds({ context, stage, survivors, quietMs, giveUpMs: untilMs, productIds });
}

interface Series {
  readonly what: string;
  readonly count: number;
  readonly app: string;
  readonly rounds: Rounds;
  readonly isUnmarked?: boolean;
}

async function killRounds(context: Context, stage: Stage, series: Series): Promise<void> {
  const { what, count, app, rounds, isUnmarked = false } = series;
  const supply = createSupply({ context, stage, app, isUnmarked }, count);
  await inSteps(context, what, count, async () => rounds.kill(await supply.next()));
}

type Seen = Readonly<Record<'killed' | 'past' | 'unfollowed' | 'unmarked' | 'unseen', Findings>>;

const strictOf = (found: Findings) => found.filter(({ strict }) => strict);
const looseOf = (found: Findings) => found.filter(({ strict }) => !strict);
const sum = (found: Findings, of: 'asked' | 'old') => found.reduce((total, one) => total + one[of], 0);
const newAfter = (found: Findings) => spreadOf(found.map(({ newAfterMs }) => newAfterMs));

function afterKills(
  { killed, unfollowed, unmarked }: Seen,
  kills: number,
  boundMs: number,
): readonly Check[] {
  const strict = strictOf(killed);
  const strictAlone = strictOf(unfollowed);
  const ofUnmarked = strictOf(unmarked);
  return [
    {
      what: 'processes killed with three commits done and no invalidation',
      found: String(looseOf(killed).length),
      must: String(kills),
      holds: looseOf(killed).length === kills,
    },
    notOldFor('prices are old after a kill', looseOf(killed), looseOf(unfollowed), boundMs),
    {
      what: 'old answers of stocks and sessions, asked after the commit',
      found: `${sum(strict, 'old')} of ${sum(strict, 'asked')}`,
      must: '0',
      holds: sum(strict, 'old') === 0 && sum(strict, 'asked') > 0,
      control: {
        found: `${sum(ofUnmarked, 'old')} of ${sum(ofUnmarked, 'asked')} without worker and claims`,
        fails: ofUnmarked.every(({ old }) => old > 0),
      },
    },
    {
      what: 'the same where nobody follows the log',
      found: `${sum(strictAlone, 'old')} of ${sum(strictAlone, 'asked')}`,
      must: '0',
      holds: sum(strictAlone, 'old') === 0 && sum(strictAlone, 'asked') > 0,
    },
  ];
}

function afterWrites({ past, unseen }: Seen, boundMs: number): readonly Check[] {
  const of = (found: Findings, what: string) => found.filter((one) => one.what === what);
  return [
    notOldFor('everything is old after a write in psql', past, unseen, boundMs),
    ...(['price', 'stock', 'name', 'session'] as const).map((what) =>
      notOldFor(`a ${what}`, of(past, what), of(unseen, what), boundMs),
    ),
  ];
}

function notOldFor(what: string, found: Findings, control: Findings, boundMs: number): Check {
  const { p50, p99, p999, max, count } = newAfter(found);
  const stayOld = control.filter(({ asked, old }) => asked > 0 && asked === old).length;
  return {
    what: `${what} for, p99.9`,
    found: `${p999} ms (p50 ${p50}, p99 ${p99}, max ${max}) of ${count}`,
    must: `≤ ${boundMs} ms`,
    holds: count > 0 && p999 <= boundMs,
    control: {
      found: `${stayOld} of ${control.length} as long as watched without a worker`,
      fails: stayOld === control.length && stayOld > 0,
    },
  };
}

const looked = (old: number): Check => ({
  what: 'rows that are old at the end',
  found: String(old),
  must: '0',
  holds: old === 0,
});

const figuresOf = (found: Findings) => ({
  loose: {
    newAfterMs: newAfter(looseOf(found)),
    asked: sum(looseOf(found), 'asked'),
    old: sum(looseOf(found), 'old'),
  },
  strict: {
    newAfterMs: newAfter(strictOf(found)),
    asked: sum(strictOf(found), 'asked'),
    old: sum(strictOf(found), 'old'),
  },
});
