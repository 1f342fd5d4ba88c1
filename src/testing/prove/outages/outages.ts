import { seededRandom } from '../../../clock/random.ts';
import { randomAppName } from '../../gateway.ts';
import { startLoad } from './load.ts';
import { mixOf } from './mix.ts';
import { primaryOutage, replicaOutage } from './replica.ts';
import { redisOutage } from './redis.ts';
import type { Proof } from '../proof.ts';
import { watch, type Scene } from './scene.ts';
import { shortFreezes } from './short-freezes.ts';
import { signIn, startStage } from '../stage.ts';

const products = 200;
const clientsPerGateway = 2;
const pauseMs = 10;
/** Their products must stay among those that the clients leave alone. */
const mostFreezes = 14;

/** Servers die, freeze and come back under two gateways whose clients go on asking. */
export const outages: Proof<'seconds' | 'slack'> = {
  name: 'outages',
  about:
    'Redis killed and frozen, the replica killed, the primary stopped: what clients notice, and for how long.',
  takes: 'about 2 min',
  options: {
    seconds: { about: 'each state is watched', fallback: 5 },
    slack: { about: 'by which bounds in time are multiplied, on a slow machine', fallback: 1 },
  },
  async run(context) {
    const stage = await startStage(context, { products });
    const app = randomAppName();
    const start = () => stage.gateway({ app, env: { REQUEST_DEADLINE_MS: '2000' } });
    const gateways = [await start(), await start()] as const;
    const urls = gateways.map(({ url }) => url);
    const [first] = gateways;
    const mix = mixOf(stage, await signIn(first.url, 'alice'));
    const load = await context.resources.open(
      () =>
        Promise.resolve(
          startLoad({
            urls: Array.from({ length: clientsPerGateway }, () => urls).flat(),
            asks: mix.all,
            pauseMs,
            seed: context.seed,
          }),
        ),
      (opened) => opened.stop(),
    );
    const scene: Scene = {
      context,
      stage,
      gateways,
      load,
      mix,
      adminToken: await signIn(first.url, 'admin'),
      watchMs: context.options.seconds * 1_000,
      slack: context.options.slack,
    };

    const { redis } = stage;
    const freezes = Math.min(mostFreezes, 2 * context.options.seconds);
    // Compiled code, open connections and warm pages: else the first comparison would flatter the outage.
    await context.step('Warm-up', () => watch(scene));
    const findings = [
      await redisOutage(scene, {
        name: 'Redis killed',
        break: () => redis.kill(),
        mend: () => redis.restart(),
        keepsEntries: false,
        productIds: stage.productIds.slice(0, 2),
      }),
      await redisOutage(scene, {
        name: 'Redis frozen',
        break: () => {
          redis.freeze();
        },
        mend: () => {
          redis.resume();
        },
        keepsEntries: true,
        productIds: stage.productIds.slice(2, 4),
      }),
      await shortFreezes(scene, {
        productIds: stage.productIds.slice(6, 6 + freezes),
        random: seededRandom(context.seed),
      }),
      await replicaOutage(scene),
      await primaryOutage(scene),
    ];
    return {
      checks: findings.flatMap(({ checks }) => checks),
      figures: Object.fromEntries(findings.map(({ name, figures }) => [name, figures])),
    };
  },
};
