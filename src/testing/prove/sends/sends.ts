import { seededRandom, type Random } from '../../../clock/random.ts';
import type { Overrides } from '../../../overrides.ts';
import { randomAppName } from '../../gateway.ts';
import { onServer } from '../../database.ts';
import { startSmtpSink } from '../../smtp-sink.ts';
import { startMortalGateway, type MortalGateway } from '../child-gateway.ts';
import { inSteps, type Proof, type ProofContext } from '../proof.ts';
import { signIn, startStage, type Stage } from '../stage.ts';
import { countedFirst, oneByOne, withoutLock } from './careless.ts';
import { checksOf, type CrowdTold, type RepeatsTold, type Seen } from './checks.ts';
import { openLedger, type Ledger } from './ledger.ts';
import { deliverAll, lookAtMails } from './mails.ts';
import { createReceivers, type Receiver } from './receivers.ts';
import { sendCrowd, sendRepeats, type Scene } from './rounds.ts';
import { createTemplates } from './templates.ts';

type Option = 'gateways' | 'rounds' | 'sends' | 'repeats';
type Context = ProofContext<Option>;

/** Of the controls: what one lets through for itself, the others do too. */
const carelessCount = 4;
/** A machine that is busy is no outage, and no reason to refuse. */
const env = { REQUEST_DEADLINE_MS: '25000', POOL_WAIT_MS: '20000', REDIS_DEADLINE_MS: '5000' };

/** Crowds of sends to one user each, over four processes, up to the mail server. */
export const sends: Proof<Option> = {
  name: 'sends',
  about:
    'Of 200 sends at once to one user exactly the quotas pass; a key sent 50 times at once goes out once.',
  takes: '1 to 2 min',
  options: {
    gateways: { about: 'processes', fallback: 4 },
    rounds: { about: 'crowds, each to another user', fallback: 10 },
    sends: { about: 'at once to one user, 60 at least', fallback: 200 },
    repeats: { about: 'of one idempotency key at once', fallback: 50 },
  },
  async run(context) {
    const { rounds } = context.options;
    const stage = await startStage(context, { products: 1 });
    const { primaryUrl } = stage.servers;
    const sink = await context.resources.open(startSmtpSink, (opened) => opened.close());
    const ledger = await openLedger(context, stage);
    const templates = await createTemplates(primaryUrl);
    const app = randomAppName();
    const processes = await startProcesses(context, stage, app);
    const urls = processes.map(({ url }) => url);
    const sender = { session: await signIn(urls[0] ?? '', 'service'), templates };
    const scene: Scene = { ...sender, urls };

    const series = { scene, stage, ledger, app, rounds, random: seededRandom(context.seed) };
    const found: Seen = {
      crowds: await seeCrowds(context, { ...series, name: 'crowd' }),
      repeats: await seeRepeats(context, { ...series, name: 'key' }),
    };
    // Idle ones would still watch every server, many times a second.
    for (const { kill } of processes) kill();
    const control = await runControls(context, { scene, stage, ledger });
    await context.step('Deliveries', () => deliverAll(stage, sink));
    const mails = await lookAtMails(stage, sink, receiversOf(found));
    const ofControl = await lookAtMails(stage, sink, receiversOf({ crowds: [], repeats: control.repeats }));
    return {
      checks: checksOf(context.options, { found, mails }, { ...control, mails: ofControl }),
      figures: { found, mails, control, mailsOfControl: ofControl },
    };
  },
};

const receiversOf = ({ crowds, repeats }: Seen): readonly Receiver[] =>
  [...crowds, ...repeats].map(({ to }) => to);

function startProcesses(context: Context, stage: Stage, app: string): Promise<readonly MortalGateway[]> {
  const { gateways: length } = context.options;
  return context.step(`${length} gateways as processes`, () =>
    Promise.all(
      Array.from({ length }, (_, index) =>
        startMortalGateway(context, stage, { name: `gateway-${index + 1}`, app, env }),
      ),
    ),
  );
}

interface Series {
  readonly scene: Scene;
  readonly stage: Stage;
  readonly ledger: Ledger;
  readonly app: string;
  /** Begins the names of its users. */
  readonly name: string;
  readonly rounds: number;
  readonly random?: Random;
  /** Whether the row that sends lock is there for all of them, as after any send; otherwise for half of them. */
  readonly areKnown?: boolean;
}

/** In every second round adverts come first. */
async function seeCrowds(context: Context, series: Series): Promise<readonly CrowdTold[]> {
  const { scene, ledger, app, name, rounds, random } = series;
  const { sends: count } = context.options;
  const receivers = await receiversOfRounds(series);
  const told: CrowdTold[] = [];
  await inSteps(context, `${name}: rounds of ${count} sends`, rounds, async (round) => {
    const to = at(receivers, round);
    const advertsFirst = round % 2 === 1 ? Math.round(count / 4) : 0;
    const { promised } = await sendCrowd(scene, { to, sends: count, advertsFirst, random });
    const [passed, consumed] = [await ledger.passed(to), await ledger.consumed(app, to)];
    told.push({ to, advertsFirst, promised, passed, consumed });
  });
  return told;
}

async function seeRepeats(context: Context, series: Series): Promise<readonly RepeatsTold[]> {
  const { scene, ledger, name, rounds } = series;
  const { repeats } = context.options;
  const receivers = await receiversOfRounds(series);
  const told: RepeatsTold[] = [];
  await inSteps(context, `${name}: rounds of ${repeats} repeats`, rounds, async (round) => {
    const to = at(receivers, round);
    const { different } = await sendRepeats(scene, { to, repeats });
    const { all, jobs } = await ledger.passed(to);
    told.push({ to, different, rows: all, jobs });
  });
  return told;
}

async function receiversOfRounds({ stage, name, rounds, areKnown }: Series): Promise<readonly Receiver[]> {
  const known = areKnown === true ? rounds : Math.ceil(rounds / 2);
  const some = (suffix: string, hasRow: boolean, count: number) =>
    createReceivers(stage.servers.primaryUrl, { name: `${name}_${suffix}`, count, hasRow });
  return [...(await some('known', true, known)), ...(await some('new', false, rounds - known))];
}

function at(receivers: readonly Receiver[], round: number): Receiver {
  const receiver = receivers[round];
  if (receiver === undefined) throw new Error('a round without a receiver');
  return receiver;
}

/**
 * Either protection alone keeps the numbers exact, the quota's one step as well as the lock, so both are off where it is
 * counted first; and for the keys the constraint too.
 */
async function runControls(
  context: Context,
  { scene, stage, ledger }: Pick<Series, 'scene' | 'stage' | 'ledger'>,
) {
  const rounds = Math.max(2, Math.round(context.options.rounds / 5));
  async function through<T>(overrides: Overrides, see: (series: Omit<Series, 'name'>) => Promise<T>) {
    const app = randomAppName();
    const gateways = await Promise.all(
      Array.from({ length: carelessCount }, () => stage.gateway({ app, env, overrides })),
    );
    const urls = gateways.map(({ url }) => url);
    const seen = await see({ scene: { ...scene, urls }, stage, ledger, app, rounds, areKnown: true });
    await Promise.all(gateways.map((gateway) => gateway.close()));
    return seen;
  }
  const byQuota = await through({ around: { database: withoutLock } }, (series) =>
    seeCrowds(context, { ...series, name: 'without_lock' }),
  );
  const parted = await through({ around: { quotas: oneByOne } }, (series) =>
    seeCrowds(context, { ...series, name: 'control_parted' }),
  );
  await onServer(stage.servers.primaryUrl, 'ALTER TABLE notifications DROP CONSTRAINT notifications_once');
  const neither = { around: { quotas: countedFirst, database: withoutLock } };
  return through(neither, async (series) => ({
    byQuota,
    parted,
    counted: await seeCrowds(context, { ...series, name: 'control_counted' }),
    repeats: await seeRepeats(context, { ...series, name: 'control_key' }),
  }));
}
