import { onServer } from '../../database.ts';
import { idOf } from '../../../../schema/global-id.ts';
import { rounded } from '../measures.ts';
import { endSession, lookForOld, warmUp } from './old-answers.ts';
import type { Check } from '../proof.ts';
import {
  allAnswered,
  changePrice,
  countOf,
  msUntil,
  priceOf,
  watch,
  type Finding,
  type Scene,
} from './scene.ts';
import { pause, readiness, signIn, untilReady } from '../stage.ts';

interface RedisOutage {
  readonly name: string;
  readonly break: () => Promise<void> | void;
  readonly mend: () => Promise<void> | void;
  /** Whether entries from before the outage are there after it, so that they could be read. */
  readonly keepsEntries: boolean;
  /** Two that nobody else changes. */
  readonly productIds: readonly string[];
}

const settleMs = 1_000;
const addedMs = 5;
const backWithinMs = 2_000;
const changes = 10;
/** After its return Redis is watched for old answers so long. */
const suspicionMs = 1_500;

export async function redisOutage(scene: Scene, outage: RedisOutage): Promise<Finding> {
  const { context, stage, gateways, load, slack } = scene;
  const [first, second] = gateways;
  const { name } = outage;
  const [changed = '', changedPastGateways = ''] = outage.productIds;
  const hits = () => countOf(scene, 'cacheReads', { tier: 'redis', outcome: 'hit' });
  const hitsDuring = async <T>(work: () => Promise<T>) => {
    const before = await hits();
    const seen = await work();
    return { seen, hits: (await hits()) - before };
  };

  await Promise.all(gateways.map(({ url }) => untilReady(url)));
  const token = await signIn(first.url, 'bob');
  await warmUp(scene, [changed, changedPastGateways], token);
  const before = await context.step(`${name}: before`, () => hitsDuring(() => watch(scene)));

  const brokenAt = performance.now();
  await outage.break();
  await pause(settleMs);
  const firstSecond = load.seenSince(brokenAt);
  const during = await context.step(`${name}: during`, () => hitsDuring(() => watch(scene)));
  const readyz = await readiness(first.url);
  const amounts = Array.from({ length: changes }, (_, index) => `${index + 20}.00`);
  const writes: Awaited<ReturnType<typeof changePrice>>[] = [];
  for (const amount of amounts) writes.push(await changePrice(scene, changed, amount));
  await onServer(stage.servers.primaryUrl, 'UPDATE products SET price_minor = 7700 WHERE id = $1', [
    idOf('Product', changedPastGateways),
  ]);
  await endSession(first, token);
  // By now both gateways show the new price, straight from the database.
  const lastAmount = amounts.at(-1) ?? '';
  await msUntil(async () => (await priceOf(second, changed)) === lastAmount);
  const whole = load.seenSince(brokenAt);

  const hitsAtReturn = await hits();
  const returnedAt = performance.now();
  await outage.mend();
  const backMs = await context.step(`${name}: return`, () =>
    msUntil(async () => (await hits()) > hitsAtReturn),
  );
  const oldAfter = await context.step(`${name}: after`, () =>
    lookForOld(gateways, { id: changed, amount: lastAmount, token, since: returnedAt, forMs: suspicionMs }),
  );
  const after = load.seenSince(returnedAt);
  const controlPrice = await priceOf(second, changedPastGateways);
  await Promise.all(gateways.map(({ url }) => untilReady(url)));

  const added = {
    p50: rounded(during.seen.ms.p50 - before.seen.ms.p50),
    p95: rounded(during.seen.ms.p95 - before.seen.ms.p95),
  };
  const failed = writes.filter(({ code }) => code !== undefined).length;
  const checks: readonly Check[] = [
    allAnswered(`${name}: faults during`, whole),
    {
      what: `${name}: added latency after 1 s, median and p95`,
      found: `${added.p50} and ${added.p95} ms`,
      must: `≤ ${addedMs * slack} ms`,
      holds: Math.max(added.p50, added.p95) <= addedMs * slack,
      ...(outage.keepsEntries && {
        control: {
          found: `${rounded(firstSecond.ms.max - before.seen.ms.p95)} ms in the first second`,
          fails: firstSecond.ms.max - before.seen.ms.p95 > addedMs,
        },
      }),
    },
    {
      what: `${name}: /readyz`,
      found: `${readyz.http} ${readyz.status}`,
      must: '200 degraded',
      holds: readyz.http === 200 && readyz.status === 'degraded',
    },
    {
      what: `${name}: changes that fail`,
      found: `${failed} of ${changes}`,
      must: '0',
      holds: failed === 0,
    },
    {
      what: `${name}: hits in Redis before`,
      found: String(before.hits),
      must: '> 0',
      holds: before.hits > 0,
      control: { found: `${during.hits} during`, fails: during.hits === 0 },
    },
    {
      what: `${name}: hits again after`,
      found: `${backMs} ms`,
      must: `≤ ${backWithinMs * slack} ms`,
      holds: backMs <= backWithinMs * slack,
    },
    allAnswered(`${name}: faults after`, after),
    {
      what: `${name}: old prices on the writer's gateway after`,
      found: String(oldAfter.onFirst),
      must: '0',
      holds: oldAfter.onFirst === 0,
      ...(outage.keepsEntries && {
        control: {
          found: `${String(controlPrice)} for one set to 77.00 past the gateways`,
          fails: controlPrice === '10.00',
        },
      }),
    },
    {
      what: `${name}: the other gateway has an old price for`,
      found: `${oldAfter.onSecondMs} ms`,
      must: `≤ ${backWithinMs * slack} ms`,
      holds: oldAfter.onSecondMs <= backWithinMs * slack,
    },
    {
      what: `${name}: the other gateway knows a session ended during for`,
      found: `${oldAfter.letThroughMs} ms`,
      must: `≤ ${backWithinMs * slack} ms`,
      holds: oldAfter.letThroughMs <= backWithinMs * slack,
    },
  ];
  return { name, checks, figures: { before, firstSecond, during, added, writes, backMs, oldAfter, after } };
}
