import { migrate } from '../../../database/migrate.ts';
import { seed } from '../../../dev/seed/seed.ts';
import { createLog } from '../../../log/log.ts';
import { randomAppName, startGateway } from '../../gateway.ts';
import { startTestServers } from '../../servers/test-servers.ts';
import { inSteps, type Check, type ProofContext } from '../proof.ts';
import { untilReady } from '../stage.ts';
import { findCustomer, openTill, type OpenGateway, type Prices } from './place.ts';
import { createShownPrices, type Shown } from './shown.ts';
import { withActualInHeader, withoutDryRuns } from './wrong-budgets.ts';

/** For the controls, of which one answer that shows it would do. */
const sentWrongly = 50;

/** Sends so many operations through whole gateways, and compares what all places show of their prices. */
export async function sendThroughGateways(
  context: ProofContext,
  count: number,
): Promise<{ readonly checks: readonly Check[]; readonly figures: Shown }> {
  const open = await context.step('Servers', () => openServers(context));
  const poor = await openTill(open, { limit: '2' });
  const customer = await findCustomer((await openTill(open)).gateway);

  async function send(what: string, times: number, graphql?: Prices['graphql']): Promise<Shown> {
    const till = await openTill(open, { maxCost: '50', graphql });
    const prices = createShownPrices({ till, poor, customer }, context.seed);
    await context.step(`Dry runs, ${what}`, () => prices.dryRun(times));
    await inSteps(context, `Operations, ${what},`, times, () => prices.execute());
    await prices.close();
    return prices.shown();
  }

  const shown = await send('through gateways', count);
  const wrongHeader = await send('with a wrong header', sentWrongly, withActualInHeader);
  const executed = await send('with dry runs that are executed', sentWrongly, withoutDryRuns);
  return { checks: [equal(shown, wrongHeader), nothingDone(shown, executed)], figures: shown };
}

async function openServers({ resources }: ProofContext): Promise<OpenGateway> {
  const { databaseUrl, redisUrl } = await resources.open(
    () => startTestServers(),
    (opened) => opened.stop(),
  );
  await migrate(databaseUrl, createLog({ level: 'silent' }));
  await seed(databaseUrl);
  const servers = { primaryUrl: databaseUrl, replicaUrls: [], redisUrl };
  const app = randomAppName();
  return async (options) => {
    const gateway = await resources.open(
      () => startGateway({ ...options, servers, app }),
      (opened) => opened.close(),
    );
    await untilReady(gateway.url);
    return gateway;
  };
}

const answered = ({ answers }: Shown) => Object.values(answers).reduce((sum, each) => sum + each, 0);
const told = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');

function equal(shown: Shown, wrongHeader: Shown): Check {
  const { answers, answersBy, differences } = shown;
  const [first] = differences;
  return {
    what: `answers (${told(answersBy)}; ${told(answers)}) whose field, extensions, headers, metric and what is left differ in price`,
    found: `${differences.length} of ${answered(shown)}${first === undefined ? '' : `, ${first}`}`,
    must: '0',
    holds: differences.length === 0 && answered(shown) > 0,
    control: {
      found: `${wrongHeader.differences.length} of ${answered(wrongHeader)} where the header shows what was taken`,
      fails: wrongHeader.differences.length > 0,
    },
  };
}

function nothingDone({ dryRuns }: Shown, executed: Shown): Check {
  const done = ({ resolverCalls, statements, cacheReads }: Shown['dryRuns']) =>
    `${resolverCalls}, ${statements}, ${cacheReads}`;
  return {
    what: `resolvers that ran, statements and reads of the cache in ${dryRuns.count} dry runs`,
    found: done(dryRuns),
    must: '0, 0, 0',
    holds: dryRuns.count > 0 && done(dryRuns) === '0, 0, 0',
    control: {
      found: `${done(executed.dryRuns)} in ${executed.dryRuns.count} that are executed`,
      fails: executed.dryRuns.resolverCalls > 0,
    },
  };
}
