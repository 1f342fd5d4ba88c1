import { randomAppName } from '../../gateway.ts';
import { startMortalGateway } from '../child-gateway.ts';
import { patient } from '../crash/doomed.ts';
import type { Proof, ProofContext } from '../proof.ts';
import { startStage, type Stage } from '../stage.ts';
import { inOrder, onceStored, removed, type Runs } from './checks.ts';
import type { Plan } from './clients.ts';
import { startDoomed } from './doomed.ts';
import { noticesAlone, withNoticesAlone } from './notices-alone.ts';
import { figuresOf, seeRemovals, type Removals } from './removals.ts';
import { runConversations, type Run } from './run.ts';
import { unreliable } from './unreliable-bus.ts';

type Option = 'messages' | 'removals' | 'ms';
type Context = ProofContext<Option>;

/** The control waits as long as the bound. */
const removalsPerUntold = 40;
/** Fewer meet none of the faults. */
const fewest = 100;

/** Two clients on each gateway, by both ways, in chats that overlap. */
const fourClients: readonly Plan[] = [
  { gateway: 0, by: 'socket', hears: () => true },
  { gateway: 0, by: 'events', hears: (chat) => chat < 6 },
  { gateway: 1, by: 'socket', hears: (chat) => chat >= 3 },
  { gateway: 1, by: 'events', hears: (chat) => chat % 2 === 1 },
];

/** One client on each gateway, and one that believes what it hears. */
const besideNoticesAlone: readonly Plan[] = [
  { gateway: 0, by: 'socket', hears: () => true },
  { gateway: 1, by: 'socket', hears: () => true },
  { gateway: 1, by: 'socket', hears: () => true, field: noticesAlone, isControl: true },
];

const onSecond = { gateway: 1, by: 'socket', hears: () => true, isControl: true } as const;
const forgetfulClients: readonly Plan[] = [
  { ...onSecond, resuming: 'from now on' },
  { ...onSecond, resuming: 'as at first' },
];

/** Chats over several gateways, in peace, with one of them killed, and over a bus that cannot be relied upon. */
export const conversations: Proof<Option> = {
  name: 'conversations',
  about: 'Every client gets every message of its chats once and in order, though a gateway is killed.',
  takes: '4 to 10 min',
  options: {
    messages: { about: 'in ten chats, in peace and with a kill', fallback: 10_000 },
    removals: { about: 'of a member who listens on another gateway', fallback: 100 },
    ms: { about: 'in which the stream of who was removed has ended', fallback: 1_000 },
  },
  async run(context) {
    const { messages, removals, ms } = context.options;
    const stage = await startStage(context, { products: 1 });
    const app = randomAppName();
    const [first, second, third] = await context.step('Three gateways as processes', () =>
      Promise.all([
        startMortalGateway(context, stage, { name: 'gateway-1', app, env: patient }),
        startDoomed(context, stage, { name: 'gateway-2', app }),
        startDoomed(context, stage, { name: 'gateway-3', app }),
      ]),
    );
    const urls = [first.url, second.url] as const;
    const calm = await runConversations(context, stage, {
      what: 'In peace',
      messages,
      urls,
      plans: fourClients,
    });
    const ended = await seeRemovals(context, stage, {
      what: 'Removals',
      rounds: removals,
      urls,
      giveUpMs: 10 * ms,
    });
    const killed = await runConversations(context, stage, {
      what: 'With a kill',
      messages,
      urls,
      plans: fourClients,
      doomed: second,
    });
    const forgetful = await runConversations(context, stage, {
      what: 'Control with a kill',
      messages: Math.max(fewest, messages / 10),
      urls: [first.url, third.url],
      plans: forgetfulClients,
      doomed: third,
      forgetsIds: true,
    });
    const untoldEnded = await seeUntold(context, stage, first.url);
    const unheard = await runUnheard(context, stage);
    const runs: Runs = { calm, killed, forgetful, unheard };
    return {
      checks: [...inOrder(runs), ...onceStored(runs), ...removed(ended, untoldEnded, ms)],
      figures: { ...runs, removals: { ended: figuresOf(ended), untold: figuresOf(untoldEnded) } },
    };
  },
};

/** A gateway on the same servers that nobody tells of anything: it has entries and a bus of its own. */
async function seeUntold(context: Context, stage: Stage, firstUrl: string): Promise<Removals> {
  const { removals, ms } = context.options;
  const untold = await stage.gateway({ app: randomAppName(), env: patient });
  const found = await seeRemovals(context, stage, {
    what: 'Control, a gateway that is not told: removals',
    rounds: Math.ceil(removals / removalsPerUntold),
    urls: [firstUrl, untold.url],
    giveUpMs: ms,
    inNewGroups: true,
  });
  await untold.close();
  return found;
}

async function runUnheard(context: Context, stage: Stage): Promise<Run> {
  const options = {
    app: randomAppName(),
    env: patient,
    overrides: { around: { pubsub: unreliable }, schema: withNoticesAlone },
  };
  const [one, other] = [await stage.gateway(options), await stage.gateway(options)];
  return runConversations(context, stage, {
    what: 'Over an unreliable bus',
    messages: Math.max(fewest, context.options.messages / 5),
    urls: [one.url, other.url],
    plans: besideNoticesAlone,
  });
}
