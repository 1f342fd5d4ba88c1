import { idOf } from '../../../../schema/global-id.ts';
import { onServer } from '../../database.ts';
import { rounded, spreadOf, type Spread } from '../measures.ts';
import type { Check } from '../proof.ts';
import { pause, readiness, untilReady } from '../stage.ts';
import type { LoadSeen } from './load.ts';
import { isFlat, type MemoryWatch } from './memory.ts';
import {
  agreesWithPostgres,
  changeAll,
  createSubject,
  lookForOld,
  strictHolds,
  type OldSeen,
} from './old-answers.ts';
import type { RedisWait } from './redis-wait.ts';
import {
  allAnswered,
  answeredWithinMs,
  backWithinMs,
  changePrice,
  countOf,
  isFact,
  more,
  msUntil,
  noneHangs,
  priceOf,
  watch,
  within,
  type Finding,
  type Scene,
} from './scene.ts';

/** What measures beside the clients; both go to Redis over the first gateway's link. */
export interface Gauges {
  readonly wait: RedisWait;
  /** As if Redis were given a second to answer. */
  readonly patient: RedisWait;
  /** Undefined where memory is not watched. */
  readonly memory: MemoryWatch | undefined;
  /** A gateway that leaks. */
  readonly leaking: MemoryWatch | undefined;
  readonly memoryMs: number;
}

interface RedisOutage {
  readonly name: string;
  readonly break: () => Promise<void> | void;
  readonly mend: () => Promise<void> | void;
  /** Whether entries from before the outage are there after it, so that they could be read. */
  readonly keepsEntries: boolean;
  /** Whether no connection is closed, so that only a deadline tells. */
  readonly isSilent: boolean;
  readonly watchesMemory?: boolean;
}

const leakMs = 2_000;
const settleMs = 1_000;
const addedMs = 5;
const addedByCacheMs = 1;
/** What the first call may wait, its time-out and what comes behind it included. */
const firstWaitMs = 60;
const changes = 10;
/** After its return Redis is watched for old answers so long. */
const suspicionMs = 1_500;

export async function redisOutage(scene: Scene, gauges: Gauges, outage: RedisOutage): Promise<Finding> {
  const { context, stage, gateways, load, slack } = scene;
  const [first, second] = gateways;
  const { name } = outage;
  const hits = () => countOf(scene, 'cacheReads', { tier: 'redis', outcome: 'hit' });
  const hitsDuring = async <T>(work: () => Promise<T>) => {
    const before = await hits();
    const seen = await work();
    return { seen, hits: (await hits()) - before };
  };

  await Promise.all(gateways.map(({ url }) => untilReady(url)));
  const subject = await createSubject(scene);
  const pastGateways = await createSubject(scene);
  await gauges.wait.warm();
  await gauges.patient.warm();
  const before = await context.step(`${name}: before`, () => hitsDuring(() => watch(scene)));

  const brokenAt = performance.now();
  await outage.break();
  const [firstMs, patientMs] = await Promise.all([
    gauges.wait.once(),
    gauges.patient.once(),
    pause(settleMs),
  ]);
  const later = await gauges.wait.spread();
  const firstSecond = load.seenSince(brokenAt);
  const during = await context.step(`${name}: during`, () => hitsDuring(() => watch(scene)));
  const memory = outage.watchesMemory === true ? await watchMemory(scene, gauges, name) : [];
  const readyz = await readiness(first.url);
  const writes = [];
  for (let index = 0; index < changes; index += 1)
    writes.push(await changePrice(scene, subject.id, `${index + 20}.00`));
  await onServer(stage.servers.primaryUrl, 'UPDATE products SET price_minor = 7700 WHERE id = $1', [
    idOf('Product', pastGateways.id),
  ]);
  const amount = '44.00';
  const strictWrites = await changeAll(scene, subject, amount);
  // By now both gateways show the new price, straight from the database.
  await msUntil(async () => (await priceOf(second, subject.id)) === amount);
  const whole = load.seenSince(brokenAt);

  const hitsAtReturn = await hits();
  const returnedAt = performance.now();
  await outage.mend();
  const backMs = await context.step(`${name}: return`, () =>
    msUntil(async () => (await hits()) > hitsAtReturn),
  );
  const old = await context.step(`${name}: after`, () =>
    lookForOld(scene, subject, { amount, since: returnedAt, forMs: suspicionMs }),
  );
  const after = load.seenSince(returnedAt);
  const controlPrice = await priceOf(second, pastGateways.id);
  await Promise.all(gateways.map(({ url }) => untilReady(url)));
  const slowest = spreadOf([...writes, ...strictWrites].map(({ ms }) => ms)).max;
  const failed = writes.filter(({ code }) => code !== undefined).length;

  const checks: readonly Check[] = [
    allAnswered(`${name}: faults during`, whole),
    noneHangs(name, whole),
    ...waits(scene, outage, { firstMs, patientMs, later }),
    addedToRequests(scene, outage, { before: before.seen, firstSecond, during: during.seen }),
    isFact(`${name}: /readyz`, `${readyz.http} ${readyz.status}`, '200 degraded'),
    isFact(`${name}: changes that fail, of ${changes}`, failed, '0'),
    within(`${name}: slowest change`, slowest, answeredWithinMs),
    {
      ...more(`${name}: hits in Redis before`, before.hits),
      control: { found: `${during.hits} during`, fails: during.hits === 0 },
    },
    ...memory,
    within(`${name}: hits again after`, backMs, backWithinMs * slack),
    allAnswered(`${name}: faults after`, after),
    ...nothingOld(scene, outage, old, controlPrice),
    await agreesWithPostgres(scene, name, [subject.id]),
  ];
  return {
    name,
    checks,
    figures: {
      before,
      firstMs,
      patientMs,
      later,
      firstSecond,
      during,
      memory,
      writes,
      strictWrites,
      backMs,
      old,
      after,
    },
  };
}

async function watchMemory({ context }: Scene, gauges: Gauges, name: string): Promise<readonly Check[]> {
  const { memory, leaking, memoryMs } = gauges;
  if (memory === undefined || leaking === undefined) return [];
  const watched = await context.step(`${name}: memory`, () => memory.over(memoryMs));
  const control = await context.step(`${name}: control of memory`, () => leaking.over(leakMs));
  return isFlat(name, watched, control);
}

function waits(
  { slack }: Scene,
  { name, isSilent }: RedisOutage,
  {
    firstMs,
    patientMs,
    later,
  }: { readonly firstMs: number; readonly patientMs: number; readonly later: Spread },
): readonly Check[] {
  return [
    {
      ...within(`${name}: the first call waits in the cache`, firstMs, firstWaitMs * slack),
      ...(isSilent && {
        control: {
          found: `${patientMs} ms with a deadline of 1 s`,
          fails: patientMs > firstWaitMs * slack,
        },
      }),
    },
    {
      ...within(`${name}: later calls wait in the cache, 95 of 100`, later.p95, addedByCacheMs * slack),
      ...(isSilent && {
        control: { found: `${firstMs} ms the first`, fails: firstMs > addedByCacheMs * slack },
      }),
    },
  ];
}

function addedToRequests(
  { slack }: Scene,
  { name, keepsEntries }: RedisOutage,
  { before, firstSecond, during }: Readonly<Record<'before' | 'firstSecond' | 'during', LoadSeen>>,
): Check {
  const added = {
    p50: rounded(during.ms.p50 - before.ms.p50),
    p95: rounded(during.ms.p95 - before.ms.p95),
  };
  const atFirst = rounded(firstSecond.ms.max - before.ms.p95);
  return {
    what: `${name}: added latency of requests after 1 s, median and p95`,
    found: `${added.p50} and ${added.p95} ms`,
    must: `≤ ${addedMs * slack} ms`,
    holds: Math.max(added.p50, added.p95) <= addedMs * slack,
    ...(keepsEntries && {
      control: { found: `${atFirst} ms in the first second`, fails: atFirst > addedMs },
    }),
  };
}

function nothingOld(
  { slack }: Scene,
  { name, keepsEntries }: RedisOutage,
  old: OldSeen,
  controlPrice: string | undefined,
): readonly Check[] {
  return [
    {
      ...isFact(`${name}: old prices on the writer's gateway after`, old.onFirst, '0'),
      ...(keepsEntries && {
        control: {
          found: `${String(controlPrice)} for one set to 77.00 past the gateways`,
          fails: controlPrice === '10.00',
        },
      }),
    },
    within(`${name}: the other gateway has an old price for`, old.onSecondMs, backWithinMs * slack),
    ...strictHolds(name, old),
  ];
}
