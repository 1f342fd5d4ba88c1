import { Redis } from 'ioredis';
import { idOf } from '../../../../schema/global-id.ts';
import { seededRandom } from '../../../clock/random.ts';
import { onServer } from '../../database.ts';
import { randomAppName } from '../../gateway.ts';
import type { Proof, ProofContext } from '../proof.ts';
import { signIn, startStage, type Stage } from '../stage.ts';
import { checksOf, type Outcome } from './checks.ts';
import { runDevices } from './devices.ts';
import { gatewayDoor, hashAlone, readAndWriteBack, type Door } from './doors.ts';
import { differences, planOf, productsOfPlan, serialResult, type Plan, type Quantities } from './plan.ts';

type Option = 'edits' | 'flushes';
type Context = ProofContext<Option>;

/** A machine that is busy is no outage. */
const env = { REQUEST_DEADLINE_MS: '25000', REDIS_DEADLINE_MS: '5000' };
const lookEvery = 5;

/** One cart, edited by two devices of its user through two gateways. */
export const carts: Proof<Option> = {
  name: 'carts',
  about: 'A cart that two devices edit at once is what their edits make of it; emptying Redis loses nothing.',
  takes: '1 min',
  options: {
    edits: { about: 'of both devices together', fallback: 1_000 },
    flushes: { about: 'times Redis is emptied meanwhile', fallback: 5 },
  },
  async run(context) {
    const { edits, flushes } = context.options;
    const stage = await startStage(context, { products: productsOfPlan });
    const products = stage.productIds.map((id) => idOf('Product', id));
    const random = seededRandom(context.seed);
    const plan = () => planOf(products, edits, random);
    const redis = await openRedis(context, stage);
    const flush = flushing(redis[0], edits, flushes);

    const found = await withGateways(context, stage, 'alice', plan());
    const flushed = await withGateways(context, stage, 'bob', plan(), flush);
    const control = await withRedis(context, 'control: read, changed, written back', plan(), [
      readAndWriteBack(redis[0], 'carts:whole'),
      readAndWriteBack(redis[1], 'carts:whole'),
    ]);
    const alone: readonly [Door, Door] = [
      hashAlone(redis[0], 'carts:hash'),
      hashAlone(redis[1], 'carts:hash'),
    ];
    const flushedControl = await withRedis(context, 'control: in Redis alone', plan(), alone, flush);
    return {
      checks: checksOf({ found, flushed, control, flushedControl }, flushes),
      figures: { found, flushed, control, flushedControl },
    };
  },
};

async function withGateways(
  context: Context,
  stage: Stage,
  username: string,
  plan: Plan,
  afterEdit?: (answered: number) => Promise<void>,
): Promise<Outcome> {
  const app = randomAppName();
  const gateways = [await stage.gateway({ app, env }), await stage.gateway({ app, env })] as const;
  const token = await signIn(gateways[0].url, username);
  const doors = [gatewayDoor(gateways[0].url, { token }), gatewayDoor(gateways[1].url, { token })] as const;
  const name = afterEdit === undefined ? 'two gateways' : 'two gateways, and Redis emptied';
  const seen = await context.step(`${name}: ${sizeOf(plan)} edits`, () =>
    runDevices({
      doors,
      plan,
      signal: context.signal,
      ...(afterEdit === undefined ? { lookEvery } : { afterEdit }),
    }),
  );
  const views = [await doors[0].look(), await doors[1].look(), await rowsOf(stage, username)];
  for (const gateway of gateways) await gateway.close();
  return outcomeOf(plan, views, seen);
}

async function withRedis(
  context: Context,
  name: string,
  plan: Plan,
  doors: readonly [Door, Door],
  afterEdit?: (answered: number) => Promise<void>,
): Promise<Outcome> {
  const seen = await context.step(`${name}: ${sizeOf(plan)} edits`, () =>
    runDevices({
      doors,
      plan,
      signal: context.signal,
      ...(afterEdit === undefined ? { lookEvery } : { afterEdit }),
    }),
  );
  return outcomeOf(plan, [await doors[0].look()], seen);
}

function outcomeOf(plan: Plan, views: readonly Quantities[], seen: Outcome['seen']): Outcome {
  const wanted = serialResult(plan);
  const wrong = Math.max(...views.map((view) => differences(wanted, view)));
  const items = (of: Quantities) => [...of.values()].reduce((sum, quantity) => sum + quantity, 0);
  return { lines: wanted.size, wrong, items: { wanted: items(wanted), found: views.map(items) }, seen };
}

/** Evenly spread over the edits. */
function flushing(redis: Redis, edits: number, flushes: number) {
  const every = Math.max(1, Math.floor(edits / (flushes + 1)));
  return async (answered: number): Promise<void> => {
    if (answered % every === 0 && answered / every <= flushes) await redis.flushall();
  };
}

async function rowsOf({ servers }: Stage, username: string): Promise<Quantities> {
  const rows = await onServer<{ product: string; quantity: number }>(
    servers.primaryUrl,
    `SELECT product_id::text AS product, quantity FROM cart_lines JOIN carts ON carts.id = cart_id
     JOIN users ON users.id = user_id WHERE username = $1`,
    [username],
  );
  return new Map(rows.map(({ product, quantity }) => [product, quantity]));
}

const openRedis = async ({ resources }: Context, { servers }: Stage): Promise<readonly [Redis, Redis]> => {
  const open = () =>
    resources.open(
      () => Promise.resolve(new Redis(servers.redisUrl)),
      async (opened) => {
        await opened.quit();
      },
    );
  return [await open(), await open()];
};

const sizeOf = ({ devices }: Plan): number => devices.reduce((sum, { edits }) => sum + edits.length, 0);
