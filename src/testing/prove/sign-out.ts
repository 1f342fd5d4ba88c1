import { setReplicaDelay } from '../../dev/postgres/replica-control.ts';
import { randomAppName } from '../gateway.ts';
import { startChildGateway } from './child-gateway.ts';
import { inSteps, type Check, type Proof, type ProofContext } from './proof.ts';
import { tryBadTokens, type Load, type TokenTrials } from './bad-tokens.ts';
import { createRevocationRounds, type RevocationSightings } from './revocation-rounds.ts';
import { createPeople, revocationKinds, type RevocationKind } from './revocations.ts';
import { startStage, type Stage } from './stage.ts';

type Context = ProofContext<'rounds'>;

const replicaDelayMs = 2_000;
/** The second gateway's fills arrive so late that a sign-out often comes between what they read and what they store. */
const secondLinkDelayMs = 10;

/** A right is taken away on one gateway and tried on another at once; two processes, the replica 2 s behind. */
export const signOut: Proof<'rounds'> = {
  name: 'sign-out',
  about:
    'Sign-out, new password, revocation and demotion hold on another gateway at once; bad tokens cost nothing.',
  takes: '3 to 5 min',
  options: { rounds: { about: 'of each of the four', fallback: 200 } },
  async run(context) {
    const { rounds } = context.options;
    const controlRounds = Math.max(4, Math.round(rounds / 5));
    const stage = await startStage(context, { products: 1 });
    const tokens = await context.step('Bad tokens', () => tryBadTokens(stage));
    await setReplicaDelay(stage.replica, replicaDelayMs);
    const people = createPeople(stage);
    const see = (what: string, count: number, urls: readonly [string, string]) =>
      seeRounds(context, {
        what,
        count,
        rounds: createRevocationRounds({ urls, people, seed: context.seed }),
      });

    const found = await see('Rounds', rounds, await twoProcesses(context, stage));
    const control = await see(
      'Control without fence and lease: rounds',
      controlRounds,
      await twoUnprotected(stage),
    );
    return {
      checks: [...refusedAtOnce(found, control), ...costNothing(tokens)],
      figures: { rounds, found, control, controlRounds, tokens },
    };
  },
};

interface Series {
  readonly what: string;
  readonly count: number;
  readonly rounds: ReturnType<typeof createRevocationRounds>;
}

async function seeRounds(context: Context, { what, count, rounds }: Series) {
  await inSteps(context, what, count, rounds.round);
  return rounds.sightings;
}

async function twoProcesses(context: Context, stage: Stage): Promise<readonly [string, string]> {
  const app = randomAppName();
  const link = await stage.redisLink();
  const servers = { ...stage.servers, redisUrl: link.url };
  const urls = await context.step('Two gateways as processes', () =>
    Promise.all([
      startChildGateway(context, stage, { name: 'gateway-1', app }),
      startChildGateway(context, stage, { name: 'gateway-2', app, servers }),
    ]),
  );
  await link.delay(secondLinkDelayMs);
  return urls;
}

/** Plain GET, SET and DEL. */
async function twoUnprotected(stage: Stage): Promise<readonly [string, string]> {
  const app = randomAppName();
  const link = await stage.redisLink();
  const overrides = { protections: { fence: false, lease: false, strict: false } };
  const first = await stage.gateway({ app, overrides });
  const second = await stage.gateway({ app, overrides, servers: { ...stage.servers, redisUrl: link.url } });
  await link.delay(secondLinkDelayMs);
  return [first.url, second.url];
}

function refusedAtOnce(
  found: Readonly<Record<RevocationKind, RevocationSightings>>,
  control: Readonly<Record<RevocationKind, RevocationSightings>>,
): readonly Check[] {
  const violations = ({ letThrough }: RevocationSightings) => letThrough;
  const sum = (of: typeof found, count: (one: RevocationSightings) => number) =>
    revocationKinds.reduce((total, kind) => total + count(of[kind]), 0);
  const inControl = sum(control, violations);
  return [
    ...revocationKinds.map((kind) => ({
      what: `rounds with a request let through after: ${kind}`,
      found: `${violations(found[kind])} of ${found[kind].rounds}`,
      must: '0',
      holds: violations(found[kind]) === 0,
    })),
    {
      what: 'rounds with a request let through after any of them',
      found: `${sum(found, violations)} of ${sum(found, ({ rounds }) => rounds)}`,
      must: '0',
      holds: sum(found, violations) === 0,
      control: {
        found: `${inControl} of ${sum(control, ({ rounds }) => rounds)} without fence and lease`,
        fails: inControl > 0,
      },
    },
    {
      what: 'rounds in which it was let through before',
      found: String(sum(found, ({ before }) => before)),
      must: '> 0',
      holds: sum(found, ({ before }) => before) > 0,
    },
  ];
}

function costNothing({ bad, good }: TokenTrials): readonly Check[] {
  const asked = ({ redis, postgres }: Load) => redis + postgres;
  return [
    {
      what: `refusals of ${bad.tried} kinds of bad tokens`,
      found: String(bad.refused),
      must: String(bad.tried),
      holds: bad.refused === bad.tried,
      control: { found: `${good.refused} of ${good.tried} good ones`, fails: good.refused === 0 },
    },
    {
      what: 'round trips by the gateway’s own count',
      found: String(asked(bad.counted)),
      must: '0',
      holds: asked(bad.counted) === 0,
      control: { found: `${asked(good.counted)} for a good one`, fails: asked(good.counted) > 0 },
    },
    {
      what: 'commands that Redis, statements that Postgres saw',
      found: `${bad.seen.redis}, ${bad.seen.postgres}`,
      must: '0, 0',
      holds: asked(bad.seen) === 0,
      control: {
        found: `${good.seen.redis}, ${good.seen.postgres} for a good one`,
        fails: good.seen.redis > 0 && good.seen.postgres > 0,
      },
    },
  ];
}
