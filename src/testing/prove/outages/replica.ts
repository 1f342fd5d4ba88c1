import { pause, readiness, untilReady } from '../stage.ts';
import { agreesWithPostgres, changeAll, createSubject, lookForOld, strictHolds } from './old-answers.ts';
import {
  allAnswered,
  backWithinMs,
  countOf,
  isFact,
  more,
  msUntil,
  noneHangs,
  watch,
  within,
  type Finding,
  type Scene,
} from './scene.ts';

export interface NodeFault {
  readonly name: string;
  readonly break: () => Promise<void> | void;
  readonly mend: () => Promise<void> | void;
  /** Whether it is not asked any more; one that is only slow goes on answering. */
  readonly isOut: boolean;
}

/** So long clients may wait for a primary that is frozen: the gateways' deadline and some more. */
const blockedMs = 3_000;
/** What was sent to a node before it failed is answered elsewhere by then, and nothing is sent there any more. */
const settleMs = 1_000;
const mostUnderWay = 4;
const suspicionMs = 500;

export async function replicaOutage(scene: Scene, fault: NodeFault): Promise<Finding> {
  const { context, gateways, load, slack } = scene;
  const { name } = fault;
  const ofReplica = () => countOf(scene, 'postgresQueries', { node: 'replica-1' });
  await Promise.all(gateways.map(({ url }) => untilReady(url)));
  const subject = await createSubject(scene);

  const statementsAtStart = await ofReplica();
  const before = await context.step(`${name}: before`, () => watch(scene));
  const statementsBefore = (await ofReplica()) - statementsAtStart;
  const brokenAt = performance.now();
  await fault.break();
  await pause(settleMs);
  const statementsAtBreak = await ofReplica();
  await context.step(`${name}: during`, () => watch(scene));
  const statementsDuring = (await ofReplica()) - statementsAtBreak;
  const writes = await changeAll(scene, subject, '35.00');
  const during = load.seenSince(brokenAt);
  const readyz = await readiness(gateways[0].url);

  const statementsAtReturn = await ofReplica();
  await fault.mend();
  const returnedAt = performance.now();
  const usedMs = await context.step(`${name}: return`, () =>
    msUntil(async () => (await ofReplica()) > statementsAtReturn),
  );
  const old = await lookForOld(scene, subject, { amount: '35.00', since: returnedAt, forMs: suspicionMs });
  await context.step(`${name}: after`, () => watch(scene));
  const after = load.seenSince(returnedAt);
  return {
    name,
    checks: [
      allAnswered(`${name}: faults during`, during),
      noneHangs(name, during),
      {
        ...more(`${name}: statements it answered before`, statementsBefore),
        ...(fault.isOut && {
          // Those that were under way when it froze end, and are counted, later.
          control: { found: `${statementsDuring} during`, fails: statementsDuring <= mostUnderWay },
        }),
      },
      ...(fault.isOut ? [isFact(`${name}: /readyz`, `${readyz.http} ${readyz.status}`, '200 degraded')] : []),
      within(`${name}: used again after its return`, usedMs, backWithinMs * slack),
      allAnswered(`${name}: faults after`, after),
      isFact(`${name}: old prices after, on either gateway`, old.onFirst + old.onSecond, '0'),
      ...strictHolds(name, old),
      await agreesWithPostgres(scene, name, [subject.id]),
    ],
    figures: { before, during, statementsBefore, statementsDuring, writes, usedMs, old, after },
  };
}

/** What the checks above would find if no node took over. */
export async function noNodeAnswers({ context, stage, gateways, load }: Scene): Promise<Finding> {
  const { replica, primary } = stage;
  const name = 'Replica and primary frozen';
  await Promise.all(gateways.map(({ url }) => untilReady(url)));
  const seen = await context.step(name, async () => {
    const since = performance.now();
    await replica.freeze();
    await primary.freeze();
    await pause(blockedMs);
    await primary.resume();
    await replica.resume();
    await Promise.all(gateways.map(({ url }) => untilReady(url)));
    return load.seenSince(since);
  });
  return {
    name,
    checks: [
      {
        ...noneHangs(name, seen),
        control: {
          found: `${seen.faults.length} of ${seen.ms.count} requests answered with a fault`,
          fails: seen.faults.length > 0,
        },
      },
    ],
    figures: { seen },
  };
}
