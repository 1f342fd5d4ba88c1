import { afterAll, beforeAll, expect, it } from 'vitest';
import { seed } from '../../../dev/seed/seed.ts';
import { createWorld, type World } from '../../world.ts';
import { findCustomer, openTill, type Customer, type OpenGateway, type Prices, type Till } from './place.ts';
import { createShownPrices } from './shown.ts';
import { withActualInHeader, withoutDryRuns } from './wrong-budgets.ts';

const open: OpenGateway = (options) => world.anotherGateway(options);
let world: World;
let poor: Till;
let customer: Customer;
beforeAll(async () => {
  world = await createWorld();
  await seed(world.database.primaryUrl);
  await world.database.replicated();
  poor = await openTill(open, { limit: '2' });
  customer = await findCustomer(world.gateway);
}, 60_000);
afterAll(() => world.close());

async function send(count: number, graphql?: Prices['graphql']) {
  const till = await openTill(open, { maxCost: '50', graphql });
  const prices = createShownPrices({ till, poor, customer }, 3);
  await prices.dryRun(count);
  for (let done = 0; done < count; done += 1) await prices.execute();
  await prices.close();
  return prices.shown();
}

it(
  'every answer shows one price in all places, and a dry run runs no resolver and reads nothing',
  { timeout: 120_000 },
  async () => {
    const { differences, dryRuns, answers, answersBy } = await send(60);
    expect(differences).toEqual([]);
    expect(dryRuns).toMatchObject({ resolverCalls: 0, statements: 0, cacheReads: 0 });
    for (const outcome of ['executed', 'dry_run', 'COST_LIMIT_EXCEEDED', 'RATE_LIMITED', 'BAD_USER_INPUT'])
      expect(answers[outcome], outcome).toBeGreaterThan(0);
    for (const answered of Object.values(answersBy)) expect(answered).toBeGreaterThan(0);
  },
);

it(
  'the controls: another number in one place is seen, and a dry run that is executed',
  { timeout: 120_000 },
  async () => {
    const { differences } = await send(10, withActualInHeader);
    expect(differences.join('\n')).toContain('HTTP, executed: the header and the price');
    const { dryRuns } = await send(40, withoutDryRuns);
    expect(dryRuns.resolverCalls).toBeGreaterThan(0);
    expect(dryRuns.statements).toBeGreaterThan(0);
  },
);
