import { setReplicaDelay } from '../../../dev/postgres/replica-control.ts';
import { follows } from '../../../dev/postgres/replica.ts';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { randomAppName } from '../../gateway.ts';
import { startSmtpSink, type SmtpSink } from '../../smtp-sink.ts';
import { startMortalGateway } from '../child-gateway.ts';
import type { Proof, ProofContext } from '../proof.ts';
import { untilDelivered } from '../sends/mails.ts';
import { createReceivers } from '../sends/receivers.ts';
import type { Sender } from '../sends/send.ts';
import { createTemplates } from '../sends/templates.ts';
import { signIn, startStage, type Stage } from '../stage.ts';
import { checksOf, type SeriesSeen } from './checks.ts';
import { openForgetful, wishesFromReplica } from './forgetful.ts';
import {
  mailWishes,
  optInAndSend,
  optOutAndSend,
  wishes,
  type Chooser,
  type RoundsSeen,
  type Series,
} from './rounds.ts';
import { lookAtStored } from './stored.ts';

type Context = ProofContext<'rounds'>;

const chooserCount = 10;
const replicaDelayMs = 5_000;
/** So that the replica, with 5 s of lag, is read: otherwise only the primary would be. */
const env = { REPLICA_MAX_LAG_MS: '15000', REQUEST_DEADLINE_MS: '25000', REDIS_DEADLINE_MS: '5000' };
const acceptedWithinMs = 30_000;

/** An opt-out on one gateway, and a send on another as soon as it is acknowledged; two processes, which also deliver. */
export const optOut: Proof<'rounds'> = {
  name: 'opt-out',
  about:
    'An opt-out holds for a send through another gateway at once, the replica 5 s behind: none goes out.',
  takes: '1 to 2 min',
  options: { rounds: { about: 'opt-outs, each with a send', fallback: 1_000 } },
  async run(context) {
    const { rounds } = context.options;
    const stage = await startStage(context, { products: 1 });
    const sink = await context.resources.open(startSmtpSink, (opened) => opened.close());
    const processes = await startProcesses(context, stage, sink);
    const urls = [processes[0].url, processes[1].url] as const;
    const sender: Sender = {
      session: await signIn(urls[0], 'service'),
      templates: await createTemplates(stage.servers.primaryUrl),
    };
    const main: Series = {
      ...{ name: 'out', urls, sender, wishes },
      choosers: await createChoosers(stage, urls[0], 'chooser'),
    };
    const forgetful: Series = {
      ...{ name: 'control', sender, wishes: mailWishes },
      choosers: await createChoosers(stage, urls[0], 'control'),
      urls: await startForgetful(stage),
    };
    if (!(await follows(stage.replica, stage.primary))) throw new Error('the replica does not follow');
    await setReplicaDelay(stage.replica, replicaDelayMs);

    const told = await optOutAndSend(context, main, rounds);
    const toldBack = await context.step('Back again', () => optInAndSend({ ...main, name: 'back' }));
    await context.step('Deliveries', () => untilDelivered(stage));
    const out: SeriesSeen = { told, stored: await lookAtStored(stage, sink, 'out') };
    const back: SeriesSeen = { told: toldBack, stored: await lookAtStored(stage, sink, 'back') };
    // They would look again at what the control delivers.
    for (const { kill } of processes) kill();
    const control = await runControl(context, { stage, sink, series: forgetful, rounds });
    return {
      checks: checksOf({ out, back, control }, chooserCount * mailWishes.length),
      figures: { out, back, control },
    };
  },
};

function startProcesses(context: Context, stage: Stage, sink: SmtpSink) {
  const app = randomAppName();
  const delivering = {
    ...env,
    ROLES: 'http,worker',
    SMTP_URL: sink.url,
    MAIL_FROM: 'no-reply@example.com',
  };
  return context.step('Two gateways as processes', () =>
    Promise.all([
      startMortalGateway(context, stage, { name: 'gateway-1', app, env: delivering }),
      startMortalGateway(context, stage, { name: 'gateway-2', app, env: delivering }),
    ]),
  );
}

async function createChoosers(stage: Stage, url: string, name: string): Promise<readonly Chooser[]> {
  const receivers = await createReceivers(stage.servers.primaryUrl, {
    ...{ name, count: chooserCount, hasRow: true },
  });
  return Promise.all(
    receivers.map(async (receiver) => ({ ...receiver, session: await signIn(url, receiver.username) })),
  );
}

/** While the replica follows: no gateway reads one that has not reached where the primary was at the gateway's start. */
async function startForgetful(stage: Stage): Promise<Series['urls']> {
  const options = { app: randomAppName(), env, overrides: { around: { database: wishesFromReplica } } };
  const [first, second] = [await stage.gateway(options), await stage.gateway(options)];
  return [first.url, second.url];
}

interface Control {
  readonly stage: Stage;
  readonly sink: SmtpSink;
  readonly series: Series;
  readonly rounds: number;
}

async function runControl(context: Context, { stage, sink, series, rounds }: Control): Promise<SeriesSeen> {
  const before = sink.accepted.length;
  const told = await optOutAndSend(context, series, Math.max(2 * chooserCount, Math.round(rounds / 5)));
  // Not before: a worker that is the first of its kind gives all entries up, and then no gateway reads a replica for 5 s.
  await stage.gateway({
    env: { ...env, ROLES: 'worker' },
    overrides: { tasks: { 'deliver-notification': await openForgetful(context, sink) } },
  });
  await context.step('Deliveries of the control', () => untilAccepted(sink, before, told));
  return { told, stored: await lookAtStored(stage, sink, series.name) };
}

/** Or until they do not come. */
async function untilAccepted(sink: SmtpSink, before: number, { promised }: RoundsSeen): Promise<void> {
  await waitUntil(() => sink.accepted.length - before >= promised, {
    everyMs: 20,
    timeoutMs: acceptedWithinMs,
  });
}
