import { seededRandom, type Random } from '../../../clock/random.ts';
import { createCosts } from '../../../cost/cost.ts';
import type { Metrics } from '../../../metrics/metrics.ts';
import { generateOperation } from '../../generated-operations.ts';
import { totalOf } from '../measures.ts';
import { askedOf, type Asked } from './asked.ts';
import { compare, type Compared, type Observed } from './differences.ts';
import type { Customer, Till } from './place.ts';
import { openTransports, transports, type Sender, type Transport } from './sending.ts';

/** What came of some operations, each sent through the whole gateway. */
export interface Shown {
  /** Answers by how they ended: executed, dry runs, and the codes of refusals. */
  readonly answers: Readonly<Record<string, number>>;
  readonly answersBy: Readonly<Record<Transport, number>>;
  /** Of which places show different numbers; one line for each such place. */
  readonly differences: readonly string[];
  readonly dryRuns: DryRuns;
}

export interface DryRuns {
  readonly count: number;
  /** Runs of resolvers other than that of the price. */
  readonly resolverCalls: number;
  readonly statements: number;
  /** Keys that were looked for in the cache. */
  readonly cacheReads: number;
}

interface Needs {
  /** Where nobody is refused for want of points. */
  readonly till: Till;
  /** Where a request that costs more than two points is. */
  readonly poor: Till;
  readonly customer: Customer;
}

const mutations = 0.1;

/** Sends generated operations, as dry runs and to be executed, and gathers what their answers show. */
export function createShownPrices({ till, poor, customer }: Needs, seed: number) {
  const costs = createCosts(till.watched.schema);
  const [toDryRun, toExecute] = [seededRandom(seed), seededRandom(seed)];
  const [ways, poorWays] = [openTransports(till.gateway.url), openTransports(poor.gateway.url)];
  const answers: Record<string, number> = {};
  const answersBy: Record<Transport, number> = { HTTP: 0, WebSocket: 0, SSE: 0 };
  const differences: string[] = [];
  const dryRuns = { count: 0, resolverCalls: 0, statements: 0, cacheReads: 0 };
  const left = new Map<string, Compared['left']>();
  let sent = 0;

  const generate = (random: Random) => {
    const kind = random() < mutations ? 'mutation' : 'query';
    return generateOperation(till.watched.schema, random, { kind, ids: customer.ids });
  };

  async function send(
    asked: Asked,
    { at = till, by, sender }: { at?: Till; by: Transport; sender: Sender },
  ): Promise<void> {
    const { metrics } = at.gateway.app;
    const asker = `${sender.token ?? ''} ${sender.from ?? ''}`;
    const before = await readMetric(metrics);
    const seen = await (at === till ? ways : poorWays)[by](asked, sender);
    const observed = sinceThen(before, await readMetric(metrics));
    const found = compare({ asked, seen, observed, before: left.get(asker) });
    left.set(asker, found.left);
    const ending = found.code ?? observed.outcome;
    answers[ending] = (answers[ending] ?? 0) + 1;
    answersBy[by] += 1;
    for (const difference of found.differences)
      differences.push(`${by}, ${ending}: ${difference}; ${asked.text} ${JSON.stringify(asked.variables)}`);
  }

  /** By a visitor, of whom nothing has to be looked up. */
  async function dryRun(count: number): Promise<void> {
    const asked = Array.from({ length: count }, () => askedOf(generate(toDryRun), costs, { dry: true }));
    const queries = asked.filter(({ isQuery }) => isQuery);
    const { cacheReads } = till.gateway.app.metrics;
    const before = { resolvers: till.watched.resolverCalls(), reads: await totalOf(cacheReads, {}) };
    const { counts } = await till.gateway.counting(async () => {
      for (const each of queries) await send(each, { by: 'HTTP', sender: {} });
    });
    dryRuns.count += queries.length;
    dryRuns.resolverCalls += till.watched.resolverCalls() - before.resolvers;
    dryRuns.statements += sumOf(counts.postgres);
    dryRuns.cacheReads += (await totalOf(cacheReads, {})) - before.reads;
  }

  async function execute(): Promise<void> {
    const asked = askedOf(generate(toExecute), costs, { dry: false });
    // A mutation may end the session, and change what others see.
    const sender = asked.isQuery ? { token: customer.token } : {};
    sent += 1;
    await send(asked, { by: 'HTTP', sender });
    if (!asked.isQuery || sent % 10 !== 0) return;
    const [, ...others] = transports;
    await send(asked, { by: others[(sent / 10) % others.length] ?? 'HTTP', sender });
    // An asker of its own: with what is left of two points it gets as far as its price.
    await send(asked, { at: poor, by: 'HTTP', sender: { from: addressOf(sent) } });
  }

  return {
    /** So many operations, of which the queries are sent; to be done before any is executed. */
    dryRun,
    /** The same operations; every tenth query by other transports too, and by somebody with too few points. */
    execute,
    shown: (): Shown => ({ answers, answersBy, differences, dryRuns }),
    close: () => Promise.all([ways.close(), poorWays.close()]),
  };
}

const addressOf = (number: number) => `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;

/** By outcome. */
type Metric = ReadonlyMap<string, Pick<Observed, 'count' | 'sum'>>;

async function readMetric({ operationCost }: Metrics): Promise<Metric> {
  const { values } = await operationCost.get();
  const of = (outcome: unknown, suffix: string) =>
    values.find(({ metricName, labels }) => metricName?.endsWith(suffix) && labels.outcome === outcome)
      ?.value ?? 0;
  const outcomes = new Set(values.map(({ labels }) => String(labels.outcome)));
  return new Map([...outcomes].map((each) => [each, { count: of(each, '_count'), sum: of(each, '_sum') }]));
}

function sinceThen(before: Metric, now: Metric): Observed {
  const changes = [...now].map(([outcome, { count, sum }]) => {
    const { count: counted = 0, sum: summed = 0 } = before.get(outcome) ?? {};
    return { outcome, count: count - counted, sum: sum - summed };
  });
  const changed = changes.filter(({ count }) => count > 0);
  const [only = { outcome: 'nothing', count: 0, sum: 0 }] = changed;
  return changed.length > 1 ? { ...only, outcome: 'several' } : only;
}

const sumOf = (numbers: Readonly<Record<string, number>>) =>
  Object.values(numbers).reduce((sum, each) => sum + each, 0);
