import { allProtections, type Protections } from '../../cache/settings.ts';
import { seededRandom } from '../../clock/random.ts';
import { setReplicaDelay } from '../../dev/postgres/replica-control.ts';
import { randomAppName } from '../gateway.ts';
import { spreadOf } from './measures.ts';
import { createPriceRounds, type Sightings } from './price-rounds.ts';
import { inSteps, type Check, type Proof, type ProofContext } from './proof.ts';
import { pause, startStage, type Stage } from './stage.ts';

type Option = 'rounds' | 'bus-ms';

const replicaDelayMs = 2_000;
/** Longer than the replica's delay: whatever waited for the replica has arrived by then. */
const settleMs = replicaDelayMs + 500;
/**
 * The writer's gateway has a slow link to Redis in half of the rounds: its own refill then comes after those of the others,
 * which ask the database for a changed row in their own right.
 */
const writerLinkDelayMs = 2;
const slowBusDelayMs = 150;
const slowBusRounds = 4;

/**
 * A price is changed and asked for at once: by the writer, by a neighbour on the same gateway and by a client of a second
 * gateway, while the replica is 2 s behind, so that a refill from it would bring the old price back.
 */
export const stalePrice: Proof<Option> = {
  name: 'stale-price',
  about: 'No old price after an acknowledged change, on two gateways, with the replica 2 s behind.',
  takes: '2 to 5 min',
  options: {
    rounds: { about: 'price changes', fallback: 1_000 },
    'bus-ms': { about: 'how long copies in other gateways may lag, p99.9', fallback: 50 },
  },
  async run(context) {
    const { rounds, 'bus-ms': busMs } = context.options;
    const controlRounds = Math.max(6, Math.round(rounds / 10));
    // Each of the three has products of its own, lest it be blamed for what the replica has yet to replay.
    const products = [rounds / 2, controlRounds / 2, slowBusRounds].map(Math.ceil);
    const [main = 0, withoutFence = 0, withSlowBus = 0] = products;
    const stage = await startStage(context, { products: main + withoutFence + withSlowBus });
    await setReplicaDelay(stage.replica, replicaDelayMs);

    const found = await see(context, stage, {
      what: 'Rounds',
      rounds,
      productIds: stage.productIds.slice(0, main),
      protections: allProtections,
    });
    const control = await see(context, stage, {
      what: 'Control without the fence: rounds',
      rounds: controlRounds,
      productIds: stage.productIds.slice(main, main + withoutFence),
      protections: { ...allProtections, fence: false },
    });
    const slowBus = await see(context, stage, {
      what: 'Control with a slow bus: rounds',
      rounds: withSlowBus,
      productIds: stage.productIds.slice(-withSlowBus),
      protections: allProtections,
      secondLinkDelayMs: slowBusDelayMs,
      isLookedAtAgain: false,
    });
    return {
      checks: [
        ...neverOld(found, control),
        ...soonEverywhere(found, slowBus, busMs),
        ...reallyLagging(found, control),
      ],
      figures: { found: figuresOf(found), withoutFence: figuresOf(control), slowBus: figuresOf(slowBus) },
    };
  },
};

interface Side {
  readonly what: string;
  readonly rounds: number;
  readonly productIds: readonly string[];
  readonly protections: Protections;
  readonly secondLinkDelayMs?: number;
  /** When the replica has replayed everything. */
  readonly isLookedAtAgain?: boolean;
}

async function see(
  context: ProofContext<Option>,
  stage: Stage,
  { what, rounds, productIds, protections, secondLinkDelayMs = 0, isLookedAtAgain = true }: Side,
): Promise<Sightings> {
  const app = randomAppName();
  const random = seededRandom(context.seed);
  const [writerLink, secondLink] = [await stage.redisLink(), await stage.redisLink()];
  const start = (redisUrl: string) =>
    stage.gateway({
      app,
      overrides: { protections },
      servers: { ...stage.servers, redisUrl },
      // A slow link is not to count as an outage here.
      env: { REDIS_DEADLINE_MS: '2000' },
    });
  const gateways = [await start(writerLink.url), await start(secondLink.url)] as const;
  await secondLink.delay(secondLinkDelayMs);
  const prices = await createPriceRounds({
    gateways,
    productIds,
    random,
    beforeChange: () => writerLink.delay(random() < 0.5 ? writerLinkDelayMs : 0),
    replicaUrl: stage.servers.replicaUrls[0] ?? '',
    resources: context.resources,
  });
  // No gateway reads a replica that has not reached where the primary was at the gateway's start.
  await context.step(`${what}: the replica arrives`, () => pause(settleMs));
  await inSteps(context, what, rounds, prices.round);
  if (isLookedAtAgain) {
    await context.step(`${what} once more`, async () => {
      await pause(settleMs);
      await prices.lookAgain();
    });
  }
  for (const gateway of gateways) await gateway.close();
  return prices.sightings;
}

type Count = { [Name in keyof Sightings]: Sightings[Name] extends number ? Name : never }[keyof Sightings];

function neverOld(found: Sightings, control: Sightings): readonly Check[] {
  const never = (what: string, count: Count, hasControl = false): Check => ({
    what,
    found: `${found[count]} of ${found.rounds}`,
    must: '0',
    holds: found[count] === 0,
    ...(hasControl && {
      control: {
        found: `${control[count]} of ${control.rounds} without the fence`,
        fails: control[count] > 0,
      },
    }),
  });
  return [
    never('rounds with an old price', 'oldPrice', true),
    never('rounds with an old text', 'oldText', true),
    never('old in the answer to the change', 'inAnswer'),
    never('old for the writer, at once', 'forWriter', true),
    never('old for a neighbour, at once', 'forNeighbour', true),
    never('old text on the second gateway, at once', 'fromRedis', true),
    never('old price on the second gateway after a new one', 'afterwards'),
    {
      what: 'old when looked at again later',
      found: String(found.later),
      must: '0',
      holds: found.later === 0,
      control: { found: `${control.later} without the fence`, fails: control.later > 0 },
    },
  ];
}

function soonEverywhere(found: Sightings, slowBus: Sightings, busMs: number): readonly Check[] {
  const lag = spreadOf(found.copyLagsMs).p999;
  const controlLag = spreadOf(slowBus.copyLagsMs).p999;
  return [
    {
      what: 'copies on the second gateway lag, p99.9',
      found: `${lag} ms`,
      must: `≤ ${busMs} ms`,
      holds: lag <= busMs,
      control: { found: `${controlLag} ms with ${slowBusDelayMs} ms on the wire`, fails: controlLag > busMs },
    },
  ];
}

function reallyLagging(found: Sightings, control: Sightings): readonly Check[] {
  const most = Math.floor(found.rounds * 0.9);
  return [
    {
      what: 'rounds in which the replica had the old row',
      found: `${found.replicaBehind} of ${found.rounds}`,
      must: `> ${most}`,
      holds: found.replicaBehind > most,
    },
    {
      what: 'statements that this replica answered',
      found: String(found.statements.replica),
      must: '> 0',
      holds: found.statements.replica > 0,
    },
    {
      what: 'refills that the primary answered',
      found: String(found.refills.primary),
      must: '> 0',
      holds: found.refills.primary > 0,
      control: {
        found: `${control.refills.replica} by the replica without the fence`,
        fails: control.refills.replica > 0,
      },
    },
  ];
}

function figuresOf({ copyLagsMs, ...sightings }: Sightings) {
  return { ...sightings, copyLagsMs: spreadOf(copyLagsMs) };
}
