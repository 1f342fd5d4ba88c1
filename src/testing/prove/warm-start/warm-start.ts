import { randomAppName } from '../../gateway.ts';
import { startOwnRedis } from '../own-redis.ts';
import type { Proof } from '../proof.ts';
import { startStage } from '../stage.ts';
import { roleChecks, warmingChecks } from './checks.ts';
import type { Option, Place } from './place.ts';
import { seeRoles } from './roles.ts';
import { fillShop } from './shop.ts';
import { seeWarming, type Warming } from './warming.ts';

/** A cache that has gone cold is warmed before it is missed; workers work, gateways answer, and a worker may die. */
export const warmStart: Proof<Option> = {
  name: 'warm-start',
  about:
    'A cold cache is warm before it is missed, and requests hardly notice; workers alone do the work, and one may be killed.',
  takes: '2 min',
  options: {
    products: { about: 'in the catalogue', fallback: 5_000 },
    popular: { about: 'of them that were looked at before; at most 1,000 are warmed', fallback: 1_000 },
    rate: { about: 'requests in one second', fallback: 100 },
    requests: { about: 'of which the answers after a restart are looked at', fallback: 500 },
    seconds: { about: 'that are watched behind a flush, and once more', fallback: 10 },
    slack: { about: 'by which bounds in time are multiplied, on a slow machine', fallback: 1 },
  },
  async run(context) {
    const { options, seed, step } = context;
    const stage = await startStage(context, { products: 1 });
    const state = await startOwnRedis(context);
    const app = randomAppName();
    const shop = await step(`${options.products} products`, () =>
      fillShop({ ...options, stage, app, seed, stateUrl: state.url }),
    );
    const place: Place = { context, stage, app, state, shop };
    const warm = await seeWarming(place);
    const roles = await seeRoles(place, warm);
    const cold = await seeWarming(place, warm.flush.warmMs);
    return {
      checks: [...warmingChecks(warm, cold, options), ...roleChecks(roles, options)],
      figures: { warm: figuresOf(warm), cold: figuresOf(cold), roles },
    };
  },
};

const figuresOf = ({ restart, flush, redirects }: Warming) => ({ restart, flush, redirects });
