import { promote } from '../../../dev/postgres/replica-control.ts';
import { spreadOf } from '../measures.ts';
import { pause, readiness, untilReady } from '../stage.ts';
import { agreesWithPostgres, changeAll, createSubject, lookForOld, strictHolds } from './old-answers.ts';
import type { NodeFault } from './replica.ts';
import {
  allAnswered,
  answeredWithinMs,
  backWithinMs,
  changePrice,
  countOf,
  isFact,
  msUntil,
  noneHangs,
  priceOf,
  watch,
  within,
  type Attempt,
  type Finding,
  type Scene,
} from './scene.ts';

/** What was sent to it before it failed is answered elsewhere by then. */
const settleMs = 1_000;
const attempts = 5;
/** Refused at once, not after a time-out. */
const refusedWithinMs = 500;
const suspicionMs = 500;

export async function primaryOutage(scene: Scene, fault: NodeFault): Promise<Finding> {
  const { context, gateways, load, slack } = scene;
  const { name } = fault;
  const hits = () => countOf(scene, 'cacheReads', { outcome: 'hit' });
  const ofReplica = () => countOf(scene, 'postgresQueries', { node: 'replica-1' });
  await Promise.all(gateways.map(({ url }) => untilReady(url)));
  const subject = await createSubject(scene);
  const neverRead = scene.takeProduct();
  const acknowledged = await changePrice(scene, subject.id, '30.00');

  // From here on nothing that must be read from the primary.
  load.ask('withoutStrict');
  await pause(settleMs);
  const before = await context.step(`${name}: before`, () => watch(scene));
  const at = { hits: await hits(), replica: await ofReplica() };
  const brokenAt = performance.now();
  await fault.break();
  await pause(settleMs);
  await context.step(`${name}: during`, () => watch(scene));
  const reads = { cached: (await hits()) - at.hits, uncached: (await ofReplica()) - at.replica };
  const uncachedPrice = await priceOf(gateways[1], neverRead);
  const readyz = await readiness(gateways[0].url);
  const writes: Attempt[] = [];
  for (let index = 0; index < attempts; index += 1)
    writes.push(await changePrice(scene, subject.id, '31.00'));
  const during = load.seenSince(brokenAt);

  await fault.mend();
  const returnedAt = performance.now();
  const writesMs = await context.step(`${name}: return`, () =>
    msUntil(async () => (await changePrice(scene, subject.id, '32.00')).code === undefined),
  );
  await changeAll(scene, subject, '33.00');
  const old = await lookForOld(scene, subject, {
    amount: '33.00',
    since: performance.now(),
    forMs: suspicionMs,
  });
  load.ask('all');
  await context.step(`${name}: after`, () => watch(scene));
  const after = load.seenSince(returnedAt);
  return {
    name,
    checks: [
      allAnswered(`${name}: faults of reads`, during),
      noneHangs(name, during),
      {
        what: `${name}: reads by cache and by replica`,
        found: `${reads.cached} and ${reads.uncached}`,
        must: '> 0',
        holds: reads.cached > 0 && reads.uncached > 0,
      },
      isFact(`${name}: a product nobody had read`, uncachedPrice, '10.00'),
      ...changesDuring(fault, writes, acknowledged, slack),
      ...(fault.isOut ? [isFact(`${name}: /readyz`, `${readyz.http} ${readyz.status}`, '200 degraded')] : []),
      within(`${name}: changes again after`, writesMs, backWithinMs * slack),
      isFact(`${name}: old prices after`, old.onFirst, '0'),
      within(`${name}: the other gateway has an old price for`, old.onSecondMs, backWithinMs * slack),
      ...strictHolds(name, old),
      allAnswered(`${name}: faults after`, after),
      await agreesWithPostgres(scene, name, [subject.id, neverRead]),
    ],
    figures: { before, during, reads, writes, writesMs, old, after },
  };
}

function changesDuring(
  { name, isOut }: NodeFault,
  writes: readonly Attempt[],
  acknowledged: Attempt,
  slack: number,
) {
  const { max } = spreadOf(writes.map(({ ms }) => ms));
  if (!isOut) return [within(`${name}: slowest change`, max, answeredWithinMs)];
  const refused = writes.filter(({ code }) => code === 'UPSTREAM_UNAVAILABLE').length;
  return [
    {
      ...isFact(`${name}: changes answered UPSTREAM_UNAVAILABLE`, refused, String(attempts)),
      control: { found: `${acknowledged.code ?? 'done'} before`, fails: acknowledged.code === undefined },
    },
    within(`${name}: slowest of these answers`, max, refusedWithinMs * slack),
  ];
}

/** The primary dies for good, and its replica takes its place. Afterwards the scene has no other node. */
export async function promotion(scene: Scene): Promise<Finding> {
  const { context, stage, gateways, load, slack } = scene;
  const name = 'Replica promoted';
  await Promise.all(gateways.map(({ url }) => untilReady(url)));
  const subject = await createSubject(scene);
  load.ask('withoutStrict');
  await pause(settleMs);
  const killedAt = performance.now();
  await stage.primary.kill();
  await context.step(`${name}: without a primary`, () => watch(scene));
  const control = await changePrice(scene, subject.id, '36.00');
  const during = load.seenSince(killedAt);
  await context.step(`${name}: promotion`, () => promote(stage.replica));
  const promotedAt = performance.now();
  const writesMs = await msUntil(
    async () => (await changePrice(scene, subject.id, '37.00')).code === undefined,
  );
  load.ask('all');
  await changeAll(scene, subject, '38.00');
  const old = await lookForOld(scene, subject, {
    amount: '38.00',
    since: performance.now(),
    forMs: suspicionMs,
  });
  await context.step(`${name}: after`, () => watch(scene));
  const after = load.seenSince(promotedAt);
  const readyz = await readiness(gateways[0].url);
  const promoted = { ...scene, truthUrl: () => stage.servers.replicaUrls[0] ?? '' };
  return {
    name,
    checks: [
      allAnswered(`${name}: faults of reads until then`, during),
      noneHangs(name, during),
      {
        ...within(`${name}: changes again after`, writesMs, backWithinMs * slack),
        control: { found: `${control.code ?? 'done'} before it`, fails: control.code !== undefined },
      },
      isFact(`${name}: /readyz`, `${readyz.http} ${readyz.status}`, '200 degraded'),
      isFact(`${name}: old prices after`, old.onFirst, '0'),
      within(`${name}: the other gateway has an old price for`, old.onSecondMs, backWithinMs * slack),
      ...strictHolds(name, old),
      allAnswered(`${name}: faults after`, after),
      await agreesWithPostgres(promoted, name, [subject.id]),
    ],
    figures: { during, writesMs, old, after },
  };
}
