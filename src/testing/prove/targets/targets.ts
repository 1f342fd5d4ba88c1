import { withAdmin } from '../../../dev/postgres/admin-client.ts';
import { follows } from '../../../dev/postgres/replica.ts';
import { countingSettings, startCounting } from '../own-writes/reads.ts';
import type { Check, Proof, ProofContext } from '../proof.ts';
import { startStage, type Stage } from '../stage.ts';
import { bank } from './bank.ts';
import { chats } from './chats.ts';
import { runPasses } from './passes.ts';
import { pastCache } from './past-cache.ts';
import { populate } from './population.ts';
import { preferences } from './preferences.ts';
import type { Compared, Measured, Passes, Scenario, Scene, Traffic } from './scenario.ts';
import { sends } from './sends.ts';
import { shop } from './shop.ts';
import { describeFewer, percentFewer, type Rate } from './shares.ts';
import { inOneRequest } from './statements.ts';

type Option = 'users' | 'products' | 'requests' | 'percent';
type Context = ProofContext<Option>;

/** One for each path of the targets. */
const scenarios: readonly Scenario[] = [sends, preferences, chats, shop, bank];

/** Past the cache a request costs the same each time, so that fewer of them tell it. */
const requestsPastCache = 0.2;

/** What the cache is for: how much of the traffic never reaches Postgres. */
export const targets: Proof<Option> = {
  name: 'targets',
  about: 'How much of the traffic of many users the cache keeps from Postgres, with the cache and past it.',
  takes: '6 to 15 min',
  options: {
    users: { about: 'among whom the traffic is distributed, by Zipf’s law', fallback: 100_000 },
    products: { about: 'in the shop', fallback: 200_000 },
    requests: { about: 'of each scenario, sent twice', fallback: 10_000 },
    percent: { about: 'of what the targets demand, at least', fallback: 100 },
  },
  async run(context) {
    const stage = await startStage(context, { products: 1, postgresSettings: countingSettings });
    await startCounting(stage);
    const { users, products, percent } = context.options;
    const population = await context.step(`${users} users`, () => populate(stage, users));
    const scene = { stage, population, products };
    const traffics = new Map<Scenario, Traffic>();
    for (const scenario of scenarios)
      traffics.set(scenario, await context.step(`Rows of ${scenario.name}`, () => scenario.seed(scene)));
    await context.step('The replica', () => settle(stage));

    const checks: Check[] = [];
    const figures: Record<string, unknown> = {};
    for (const [scenario, traffic] of traffics) {
      const compared = await compare(context, scene, scenario, traffic);
      checks.push(...scenario.judge(compared, percent), asideOf(scenario, compared));
      figures[scenario.name] = figuresOf(compared);
    }
    return { checks, figures };
  },
};

async function compare(
  context: Context,
  scene: Scene,
  scenario: Scenario,
  traffic: Traffic,
): Promise<Compared> {
  const { requests } = context.options;
  const run = { ...scene, scenario, traffic };
  const past = Math.ceil(requests * requestsPastCache);
  return {
    on: await runPasses(context, scenario.name, { ...run, requests, overrides: {}, offset: 0 }),
    // Others come most often, whom what was written before does not hold up.
    off: await runPasses(context, `${scenario.name} past the cache`, {
      ...run,
      requests: past,
      overrides: pastCache,
      offset: Math.floor(scene.population.count / 2),
    }),
  };
}

/** What depends on the machine, or on how much of a request must be written; beside the lines that are judged. */
function asideOf({ name }: Scenario, { on: { warm }, off: { warm: past } }: Compared): Check {
  const rate = ({ statements, requests }: Measured): Rate => ({ count: statements, requests });
  const times = ({ ms: { p50, p95 } }: Measured) => `${Math.round(p50)} and ${Math.round(p95)}`;
  const fewer = percentFewer(rate(warm), rate(past));
  return {
    what: `${name}: all statements of one request; ms, p50 and p95`,
    found: `${fewer} %: ${describeFewer(rate(warm), rate(past))}; ${times(warm)}, not ${times(past)}`,
    must: 'not judged',
    holds: true,
  };
}

/** Plans that know how many rows there are, and a replica that has them. */
async function settle({ servers, replica, primary }: Stage): Promise<void> {
  await withAdmin(servers.primaryUrl, (client) => client.query('ANALYZE'));
  if (!(await follows(replica, primary))) throw new Error('the replica does not follow');
}

function figuresOf({ on, off }: Compared) {
  const shown = ({ requests, statements, calls, keys, ms }: Measured) => ({
    ...{ requests, statements, keys, ms },
    inOneRequest: inOneRequest(calls, requests),
  });
  const both = ({ cold, warm }: Passes) => ({ cold: shown(cold), warm: shown(warm) });
  return { on: both(on), off: both(off) };
}
