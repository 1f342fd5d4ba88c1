import { spreadOf, rounded } from '../measures.ts';
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
import { pause, readiness, untilReady } from '../stage.ts';

/** So long clients may wait for a primary that is frozen: the gateways' deadline and some more. */
const blockedMs = 3_000;
/** What was sent to a node before it died is answered by then. */
const settleMs = 200;
const attempts = 5;

export async function replicaOutage(scene: Scene): Promise<Finding> {
  const { context, stage, gateways, load } = scene;
  const { replica, primary } = stage;
  const ofReplica = () => countOf(scene, 'postgresQueries', { node: 'replica-1' });
  await Promise.all(gateways.map(({ url }) => untilReady(url)));

  const statementsAtStart = await ofReplica();
  const before = await context.step('Replica killed: before', () => watch(scene));
  const statementsBefore = (await ofReplica()) - statementsAtStart;
  const killedAt = performance.now();
  await replica.kill();
  await pause(settleMs);
  const statementsAtKill = await ofReplica();
  await context.step('Replica killed: during', () => watch(scene));
  const statementsDuring = (await ofReplica()) - statementsAtKill;
  const during = load.seenSince(killedAt);
  const readyz = await readiness(gateways[0].url);

  const statementsAtReturn = await ofReplica();
  const returnedAt = performance.now();
  await replica.restart();
  const upMs = rounded(performance.now() - returnedAt);
  const usedMs = await context.step('Replica killed: return', () =>
    msUntil(async () => (await ofReplica()) > statementsAtReturn),
  );
  await context.step('Replica killed: after', () => watch(scene));
  const after = load.seenSince(returnedAt);

  const control = await context.step('Control: no node answers', async () => {
    const since = performance.now();
    await replica.kill();
    await primary.freeze();
    await pause(blockedMs);
    await primary.resume();
    await replica.restart();
    await Promise.all(gateways.map(({ url }) => untilReady(url)));
    return load.seenSince(since);
  });
  return {
    name: 'Replica killed',
    checks: [
      {
        ...allAnswered('Replica killed: faults during', during),
        control: {
          found: `${control.faults.length} of ${control.ms.count} with the primary frozen too`,
          fails: control.faults.length > 0,
        },
      },
      {
        what: 'Replica killed: /readyz',
        found: `${readyz.http} ${readyz.status}`,
        must: '200 degraded',
        holds: readyz.http === 200 && readyz.status === 'degraded',
      },
      {
        what: 'Replica killed: statements it answered before',
        found: String(statementsBefore),
        must: '> 0',
        holds: statementsBefore > 0,
        control: { found: `${statementsDuring} during`, fails: statementsDuring === 0 },
      },
      {
        what: 'Replica killed: used again after its return',
        found: `${usedMs} ms`,
        must: 'in the end',
        holds: usedMs < Infinity,
      },
      allAnswered('Replica killed: faults after', after),
    ],
    figures: { before, during, statementsBefore, statementsDuring, upMs, usedMs, after, control },
  };
}

export async function primaryOutage(scene: Scene): Promise<Finding> {
  const { context, stage, gateways, load, mix } = scene;
  const { primary, productIds } = stage;
  const [changed = '', neverRead = ''] = productIds.slice(4);
  const hits = () => countOf(scene, 'cacheReads', { outcome: 'hit' });
  const ofReplica = () => countOf(scene, 'postgresQueries', { node: 'replica-1' });
  await Promise.all(gateways.map(({ url }) => untilReady(url)));
  const acknowledged = await changePrice(scene, changed, '30.00');

  // From here on nothing that must be read from the primary.
  load.ask(mix.withoutStrict);
  await pause(settleMs);
  const before = await context.step('Primary stopped: before', () => watch(scene));
  const at = { hits: await hits(), replica: await ofReplica() };
  const stoppedAt = performance.now();
  await primary.stop();
  await context.step('Primary stopped: during', () => watch(scene));
  const during = load.seenSince(stoppedAt);
  const reads = { cached: (await hits()) - at.hits, uncached: (await ofReplica()) - at.replica };
  const uncachedPrice = await priceOf(gateways[1], neverRead);
  const readyz = await readiness(gateways[0].url);
  const writes = [];
  for (let index = 0; index < attempts; index += 1) writes.push(await changePrice(scene, changed, '31.00'));

  const returnedAt = performance.now();
  await primary.restart();
  const upMs = rounded(performance.now() - returnedAt);
  const writesMs = await context.step('Primary stopped: return', () =>
    msUntil(async () => (await changePrice(scene, changed, '32.00')).code === undefined),
  );
  const shown = await Promise.all(gateways.map((gateway) => priceOf(gateway, changed)));
  load.ask(mix.all);
  await context.step('Primary stopped: after', () => watch(scene));
  const after = load.seenSince(returnedAt);
  const refused = writes.filter(({ code }) => code === 'UPSTREAM_UNAVAILABLE').length;
  return {
    name: 'Primary stopped',
    checks: [
      allAnswered('Primary stopped: faults of reads', during),
      {
        what: 'Primary stopped: reads by cache and by replica',
        found: `${reads.cached} and ${reads.uncached}`,
        must: '> 0',
        holds: reads.cached > 0 && reads.uncached > 0,
      },
      {
        what: 'Primary stopped: a product nobody had read',
        found: String(uncachedPrice),
        must: '10.00',
        holds: uncachedPrice === '10.00',
      },
      {
        what: 'Primary stopped: /readyz',
        found: `${readyz.http} ${readyz.status}`,
        must: '200 degraded',
        holds: readyz.http === 200 && readyz.status === 'degraded',
      },
      {
        what: 'Primary stopped: changes answered UPSTREAM_UNAVAILABLE',
        found: `${refused} of ${attempts}, at most ${spreadOf(writes.map(({ ms }) => ms)).max} ms`,
        must: String(attempts),
        holds: refused === attempts,
        control: {
          found: `${acknowledged.code ?? 'done'} before`,
          fails: acknowledged.code === undefined,
        },
      },
      {
        what: 'Primary stopped: changes again after its return',
        found: `${writesMs} ms`,
        must: 'in the end',
        holds: writesMs < Infinity,
      },
      {
        what: 'Primary stopped: the price then, on both gateways',
        found: shown.join(', '),
        must: '32.00',
        holds: shown.every((price) => price === '32.00'),
      },
      allAnswered('Primary stopped: faults after', after),
    ],
    figures: { before, during, reads, writes, upMs, writesMs, after },
  };
}
