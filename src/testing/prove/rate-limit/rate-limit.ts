import { randomAppName } from '../../gateway.ts';
import { startChildGateway } from '../child-gateway.ts';
import type { Check, Proof, ProofContext } from '../proof.ts';
import { signIn, startStage, untilReady, type Stage } from '../stage.ts';
import { burst, passedOf, refusedOf, type Burst } from './bursts.ts';

type Option = 'gateways' | 'limit' | 'each';

/** Patient with a busy machine: a Redis that answers late would be one that is away. */
const patience = { REDIS_DEADLINE_MS: '5000', REQUEST_DEADLINE_MS: '20000' };

/** One user sends far more than the limit through all gateways at once: with Redis, without it, and with a new one. */
export const rateLimit: Proof<Option> = {
  name: 'rate-limit',
  about:
    'Over several gateways exactly the limit passes; without Redis each holds it for itself, and nobody is refused too early.',
  takes: '1 min',
  options: {
    gateways: { about: 'that share the limit', fallback: 4 },
    limit: { about: 'points in one minute', fallback: 100 },
    each: { about: 'requests through each gateway in one burst', fallback: 300 },
  },
  async run(context) {
    const { limit, each } = context.options;
    const stage = await startStage(context, { products: 1 });
    const app = randomAppName();
    // Signing in costs points too, of the one address that all come from: it is done where nobody is limited.
    const { url: desk } = await stage.gateway({ app });
    const [alice, bob, carol] = await Promise.all(
      ['alice', 'bob', 'carol'].map((name) => signIn(desk, name)),
    );
    const urls = await context.step('Gateways', () => startAll(context, stage, app));
    const meet = (what: string, token = '', times = each) =>
      context.step(what, () => burst(urls, token, times));

    const shared = await meet('A burst through all gateways', alice);
    const another = await meet('Somebody else', bob, Math.floor(limit / urls.length));
    await context.step('Redis is killed', () => stage.redis.kill());
    const modest = await meet('Without Redis, within the limit', carol, limit);
    const local = await meet('Without Redis, a burst', alice);
    await context.step('Another Redis in its place', async () => {
      await stage.redis.restart();
      await Promise.all(urls.map((url) => untilReady(url)));
    });
    const again = await meet('A burst as before', alice);

    const found = { shared, another, modest, local, again };
    return { checks: checksOf(found, context.options), figures: { ...context.options, ...found } };
  },
};

function startAll(context: ProofContext<Option>, stage: Stage, app: string): Promise<readonly string[]> {
  const { gateways, limit } = context.options;
  const env = { ...patience, RATE_LIMIT: String(limit) };
  return Promise.all(
    Array.from({ length: gateways }, (_, index) =>
      startChildGateway(context, stage, { name: `gateway-${index}`, app, env }),
    ),
  );
}

type Found = Readonly<Record<'shared' | 'another' | 'modest' | 'local' | 'again', Burst>>;

function checksOf(
  found: Found,
  { gateways, limit, each }: Readonly<Record<Option, number>>,
): readonly Check[] {
  const { shared, another, modest, local, again } = found;
  const [sent, most] = [gateways * each, Math.max(...local.passed)];
  const others = Object.values(found).flatMap((one) => one.others);
  const alone = passedOf(local);
  const eachForItself = { found: `${alone} where each counts for itself`, fails: alone > limit };
  const exactly = (what: string, one: Burst): Check => ({
    what,
    found: `${passedOf(one)} of ${sent}`,
    must: `${limit}`,
    holds: passedOf(one) === limit,
    control: eachForItself,
  });
  return [
    exactly(`requests of one user that pass through ${gateways} gateways`, shared),
    {
      what: 'requests of another user, within the limit, that are refused meanwhile',
      found: `${refusedOf(another)} of ${passedOf(another) + refusedOf(another)}`,
      must: '0',
      holds: refusedOf(another) === 0 && passedOf(another) > 0,
    },
    {
      what: 'requests within the limit that are refused without Redis',
      found: `${refusedOf(modest)} of ${gateways * limit}`,
      must: '0',
      holds: refusedOf(modest) === 0 && passedOf(modest) === gateways * limit,
    },
    {
      what: 'the most that one gateway lets pass without Redis',
      found: `${most} of ${each}`,
      must: `${limit}`,
      holds: most === limit,
    },
    exactly('requests of one user that pass when there is a Redis again', again),
    {
      what: 'requests that were neither answered nor refused with code and status',
      found: others[0] === undefined ? '0' : `${others.length}, ${others[0]}`,
      must: '0',
      holds: others.length === 0,
    },
  ];
}
