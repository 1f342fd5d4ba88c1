import { randomAppName, type Gateway } from '../../gateway.ts';
import { createAhead } from '../ahead.ts';
import { patient } from '../crash/doomed.ts';
import { inSteps, type Check, type Proof, type ProofContext } from '../proof.ts';
import { startStage, type Stage } from '../stage.ts';
import { firstStatement, startDoomed, type Point } from './doomed.ts';
import { killOne, type Killed } from './kills.ts';
import { openBuyer, productsEach, type Buyer } from './purchase.ts';
import { createStatementTrap } from './statement-trap.ts';

type Option = 'kills';
type Context = ProofContext<Option>;

/** A gateway that is killed in the middle of an order: is anything of it left without the rest? */
export const halfDone: Proof<Option> = {
  name: 'half-done',
  about: 'Order, stock and payment: killed at whichever statement, all of it is there or nothing.',
  takes: '2 to 4 min',
  options: { kills: { about: 'gateways killed, spread over all points of a check-out', fallback: 44 } },
  async run(context) {
    const { kills } = context.options;
    const controls = Math.max(1, Math.round(kills / 10));
    const stage = await startStage(context, { products: productsEach * (1 + kills + controls) });
    const app = randomAppName();
    const living = await stage.gateway({ app, env: patient });
    const buyer = await openBuyer(stage, living.url);
    const statements = await context.step('Statements of a check-out', () =>
      count(context, { stage, app, buyer }),
    );
    const series = { stage, app, living, buyer };
    const points = spread(pointsOf(statements), kills);
    const killed = await killAt(context, { ...series, what: 'Kills', points });
    const controlPoints = spread(committedOnes(statements), controls);
    const control = await killAt(context, {
      ...{ ...series, what: 'Control without transactions: kills', points: controlPoints },
      program: 'src/testing/prove/half-done/untransacted-gateway.ts',
    });
    return {
      checks: checksOf(kills, statements, killed, control),
      figures: { statements, killed, control },
    };
  },
};

/** One check-out that nobody disturbs. */
async function count(
  context: Context,
  { stage, app, buyer }: Pick<Series, 'stage' | 'app' | 'buyer'>,
): Promise<number> {
  const trap = await context.resources.open(
    () => createStatementTrap({ targetPort: stage.primary.port, bait: firstStatement }),
    (opened) => opened.close(),
  );
  const servers = { ...stage.servers, primaryUrl: trap.through(stage.servers.primaryUrl), replicaUrls: [] };
  const gateway = await stage.gateway({ app, env: patient, servers });
  const purchase = await buyer.next();
  await purchase.fill();
  await purchase.checkOut(gateway.url, 'counted');
  await gateway.close();
  return trap.counted();
}

/** From the last one on: the cache being told, COMMIT done and not done, and so on to the first statement. */
const pointsOf = (statements: number): readonly Point[] => [
  { kind: 'invalidations' },
  ...Array.from({ length: statements }, (_, back) =>
    [true, false].map((done) => ({ kind: 'statement' as const, at: statements - 1 - back, done })),
  ).flat(),
  { kind: 'claims' },
];

/** Without transactions each statement is followed by a COMMIT of its own; with the last of them all would be done. */
const committedOnes = (statements: number): readonly Point[] =>
  Array.from({ length: statements - 2 }, (_, back) => ({
    ...{ kind: 'statement', at: 2 * (statements - 3 - back) + 1, done: true },
  }));

/** So many of them, evenly; each of them again where there are fewer. */
const spread = (points: readonly Point[], length: number): readonly Point[] =>
  Array.from({ length }, (_, index) => {
    const place =
      length < points.length ? Math.floor((index * points.length) / length) : index % points.length;
    return points[place] ?? { kind: 'claims' };
  });

interface Series {
  readonly what: string;
  readonly stage: Stage;
  readonly app: string;
  /** A gateway that nobody kills. */
  readonly living: Gateway;
  readonly buyer: Buyer;
  readonly points: readonly Point[];
  readonly program?: string;
}

async function killAt(
  context: Context,
  { what, stage, app, living, buyer, points, program }: Series,
): Promise<readonly Killed[]> {
  const doomed = createAhead(
    (index) => startDoomed({ context, stage, app, point: points[index] ?? { kind: 'claims' }, program }),
    points.length,
  );
  const killed: Killed[] = [];
  await inSteps(context, what, points.length, async (index) => {
    const purchase = await buyer.next();
    killed.push(await killOne(purchase, await doomed.next(), living, `${what} ${index}`));
  });
  return killed;
}

const isBehindCommit = (point: Point, statements: number): boolean =>
  point.kind === 'invalidations' || (point.kind === 'statement' && point.done && point.at === statements - 1);

function checksOf(
  kills: number,
  statements: number,
  killed: readonly Killed[],
  control: readonly Killed[],
): readonly Check[] {
  const halves = (of: readonly Killed[]) => of.filter(({ became }) => became.startsWith('half'));
  const repeated = (of: readonly Killed[]) =>
    of.filter(({ afterRepeat, isOrdered }) => afterRepeat === 'whole' && isOrdered);
  const unexpected = killed.filter(
    ({ point, became }) => became !== (isBehindCommit(point, statements) ? 'whole' : 'nothing'),
  );
  const shownWrong = (of: readonly Killed[]) => of.reduce((sum, each) => sum + each.wronglyShown, 0);
  const outOfOrder = killed.filter(({ booksInOrder }) => !booksInOrder).length;
  return [
    {
      what: `processes killed within a paid check-out of ${statements} statements, and while the cache is told`,
      found: String(killed.length),
      must: String(kills),
      holds: killed.length === kills,
    },
    {
      what: 'of them, left half done',
      found: `${halves(killed).length} of ${killed.length}`,
      must: '0',
      holds: halves(killed).length === 0,
      control: {
        found: `${halves(control).length} of ${control.length} without transactions`,
        fails: halves(control).length > 0,
      },
    },
    {
      what: 'with something done before COMMIT, or something missing behind it',
      found: String(unexpected.length),
      must: '0',
      holds: unexpected.length === 0,
    },
    {
      what: 'repeats of the key that made it one paid order, once',
      found: `${repeated(killed).length} of ${killed.length}`,
      must: String(kills),
      holds: repeated(killed).length === kills,
      control: {
        found: `${repeated(control).length} of ${control.length} without transactions`,
        fails: repeated(control).length < control.length,
      },
    },
    {
      what: 'times that the ledger was not in order',
      found: String(outOfOrder),
      must: '0',
      holds: outOfOrder === 0,
    },
    {
      what: 'stocks and balances shown unlike they are, right after the kill and the repeat',
      found: `${shownWrong(killed)} of ${2 * killed.length}`,
      must: '0',
      holds: shownWrong(killed) === 0,
      control: {
        found: `${shownWrong(control)} of ${2 * control.length} without transactions, and so without claims`,
        fails: shownWrong(control) > 0,
      },
    },
  ];
}
