import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { randomAppName } from '../../gateway.ts';
import { startSmtpSink, type SmtpSink } from '../../smtp-sink.ts';
import { startMortalGateway, type MortalGateway } from '../child-gateway.ts';
import type { Check, Proof, ProofContext } from '../proof.ts';
import { startStage, type Stage } from '../stage.ts';
import { createKills } from './kills.ts';
import { openQueue, sender, type Queue } from './queue.ts';

type Option = 'deliveries' | 'kills';
type Context = ProofContext<Option>;

/** Deliveries that a worker has under way at once: what it may take with it. */
const slots = 5;
const standstillMs = 60_000;
const controlStandstillMs = 4_000;
const controlDeliveries = 100;

/** Workers that are killed in the middle of deliveries: is anything lost, or sent twice? */
export const deliveries: Proof<Option> = {
  name: 'deliveries',
  about: 'Workers killed in the middle of deliveries lose none, and send at most what was in flight twice.',
  takes: '2 to 4 min',
  options: {
    deliveries: { about: 'e-mails to a real SMTP server', fallback: 10_000 },
    kills: { about: 'workers killed', fallback: 5 },
  },
  async run(context) {
    const { deliveries: count, kills } = context.options;
    const stage = await startStage(context, { products: 1 });
    const sink = await context.resources.open(startSmtpSink, (opened) => opened.close());
    const kill = createKills(sink);
    const queue = await openQueue(context, stage, 'killed');
    await context.step('Deliveries', () => queue.add(count));
    const workers = await context.step(`${kills + 1} workers`, () =>
      Promise.all(
        Array.from({ length: kills + 1 }, (_, index) => startWorker(context, stage, sink, { index })),
      ),
    );
    for (const [index, worker] of workers.slice(1).entries()) {
      const at = Math.floor((count * (index + 1)) / (kills + 2));
      await context.step(`Kill ${index + 1} of ${kills}`, () => kill(at, worker));
    }
    await context.step('The rest, by the one that lives', () => queue.ends(standstillMs));
    const seen = await tally(queue, sink);
    const [survivor] = workers;
    const control = await context.step('Control: nobody frees the jobs of the dead', () =>
      runControl(context, stage, sink, survivor),
    );
    const careless = await context.step('Control: nobody looks at the row', () =>
      runCareless(context, stage, sink),
    );
    return {
      checks: checksOf({ count, kills }, seen, { ...control, careless }),
      figures: { ...seen, control, careless },
    };
  },
};

interface WorkerOptions {
  readonly index: number;
  readonly program?: string;
}

function startWorker(
  context: Pick<Context, 'resources'>,
  stage: Stage,
  sink: SmtpSink,
  { index, program }: WorkerOptions,
): Promise<MortalGateway> {
  return startMortalGateway(context, stage, {
    name: `${randomAppName()}-${index}`,
    env: {
      ROLES: 'worker',
      SMTP_URL: sink.url,
      MAIL_FROM: sender,
      JOB_CONCURRENCY: String(slots),
      REDIS_DEADLINE_MS: '5000',
    },
    ...(program !== undefined && { program }),
  });
}

interface Seen {
  readonly statuses: Readonly<Record<string, number>>;
  /** SENT, and yet the server has not accepted it. */
  readonly lost: number;
  /** FAILED, and yet the server has accepted it. */
  readonly denied: number;
  readonly twice: number;
  readonly moreOften: number;
}

async function tally(queue: Queue, sink: SmtpSink): Promise<Seen> {
  const times = new Map<string, number>();
  for (const { messageId } of sink.accepted) times.set(messageId, (times.get(messageId) ?? 0) + 1);
  const [sent, failed] = [await queue.ids('SENT'), await queue.ids('FAILED')];
  const counts = sent.map((id) => times.get(id) ?? 0);
  return {
    statuses: await queue.statuses(),
    lost: counts.filter((each) => each === 0).length,
    denied: failed.filter((id) => times.has(id)).length,
    twice: counts.filter((each) => each === 2).length,
    moreOften: counts.filter((each) => each > 2).length,
  };
}

interface Stuck {
  readonly stuck: number;
  readonly stuckAfterwards: number;
}

interface Controls extends Stuck {
  /** Accepted twice, though nobody was killed. */
  readonly careless: number;
}

/** Then the survivor comes back, who frees them, which shows that nothing else kept them. */
async function runControl(
  context: Context,
  stage: Stage,
  sink: SmtpSink,
  survivor: MortalGateway | undefined,
): Promise<Stuck> {
  survivor?.signal('SIGSTOP');
  const program = 'src/testing/prove/deliveries/unfreeing-worker.ts';
  const queue = await openQueue(context, stage, 'control');
  const [doomed, beside] = await Promise.all([
    startWorker(context, stage, sink, { index: 100, program }),
    startWorker(context, stage, sink, { index: 101, program }),
  ]);
  const before = sink.accepted.length;
  await queue.add(controlDeliveries);
  await createKills(sink)(before + slots, doomed);
  await queue.ends(controlStandstillMs);
  const { QUEUED: stuck = 0 } = await queue.statuses();
  survivor?.signal('SIGCONT');
  await queue.ends(standstillMs);
  const { QUEUED: stuckAfterwards = 0 } = await queue.statuses();
  beside.kill();
  survivor?.kill();
  return { stuck, stuckAfterwards };
}

async function runCareless(context: Context, stage: Stage, sink: SmtpSink): Promise<number> {
  const queue = await openQueue(context, stage, 'careless');
  await queue.add(controlDeliveries);
  const before = sink.accepted.length;
  const program = 'src/testing/prove/deliveries/careless-worker.ts';
  const worker = await startWorker(context, stage, sink, { index: 103, program });
  await waitUntil(() => sink.accepted.length - before >= controlDeliveries + controlDeliveries / 10, {
    everyMs: 50,
    timeoutMs: standstillMs,
  });
  worker.kill();
  const ids = sink.accepted.slice(before).map(({ messageId }) => messageId);
  return ids.length - new Set(ids).size;
}

function checksOf(
  { count, kills }: { readonly count: number; readonly kills: number },
  { statuses, lost, denied, twice, moreOften }: Seen,
  { stuck, stuckAfterwards, careless }: Controls,
): readonly Check[] {
  const { SENT: sent = 0, FAILED: failed = 0, ...others } = statuses;
  const refused = Math.floor(count / 50);
  const waiting = Object.values(others).reduce((sum, each) => sum + each, 0);
  return [
    {
      what: 'neither SENT nor FAILED in the end',
      found: `${waiting} of ${count}`,
      must: '0',
      holds: waiting === 0 && sent + failed === count,
      control: { found: `${stuck} of ${controlDeliveries} without freeing`, fails: stuck > 0 },
    },
    {
      what: 'the same once somebody frees the control’s',
      found: String(stuckAfterwards),
      must: '0',
      holds: stuckAfterwards === 0,
    },
    {
      what: 'FAILED, all of them refused by the server',
      found: String(failed),
      must: String(refused),
      holds: failed === refused && denied === 0,
    },
    { what: 'SENT, but never accepted by the server', found: String(lost), must: '0', holds: lost === 0 },
    {
      what: `accepted twice, ${kills} workers killed with up to ${slots} accepted and not told`,
      found: String(twice),
      must: `1 to ${kills * slots}`,
      // Without any, no kill has hit the gap that it was to hit.
      holds: twice > 0 && twice <= kills * slots,
      control: {
        found: `${careless} of ${controlDeliveries} without kills, by one who does not look at the row`,
        fails: careless > slots,
      },
    },
    { what: 'accepted more often', found: String(moreOften), must: '0', holds: moreOften === 0 },
  ];
}
