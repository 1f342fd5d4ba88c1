import { Redis } from 'ioredis';
import { untilReady } from '../stage.ts';
import {
  agreesWithPostgres,
  changeAll,
  createSubject,
  lookForOld,
  strictHolds,
  type OldSeen,
} from './old-answers.ts';
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

const suspicionMs = 300;

/** Somebody empties Redis again and again while rights and stocks are changed: entries, fences and claims are gone. */
export async function redisFlushed(scene: Scene, flushes: number): Promise<Finding> {
  const { context, stage, gateways, load, slack } = scene;
  const name = 'Redis flushed';
  await Promise.all(gateways.map(({ url }) => untilReady(url)));
  const hits = () => countOf(scene, 'cacheReads', { tier: 'redis', outcome: 'hit' });
  const client = new Redis(stage.servers.redisUrl);
  try {
    const before = await context.step(`${name}: before`, () => watch(scene));
    const since = performance.now();
    const found = await context.step(`${name}, ${flushes} times`, async () => {
      const all = [];
      for (let index = 0; index < flushes; index += 1) {
        context.signal.throwIfAborted();
        all.push(await flushOnce(client, index));
      }
      return all;
    });
    const during = load.seenSince(since);
    const emptied = found.filter(
      ({ entries }) => entries.before > 0 && entries.after < entries.before,
    ).length;
    const total = (of: (one: OldSeen) => number) => found.reduce((sum, { old }) => sum + of(old), 0);
    return {
      name,
      checks: [
        allAnswered(`${name}: faults`, during),
        noneHangs(name, during),
        isFact(`${name}: times it had fewer entries afterwards, of ${flushes}`, emptied, String(flushes)),
        within(
          `${name}: hits again after`,
          Math.max(...found.map(({ backMs }) => backMs)),
          backWithinMs * slack,
        ),
        more(`${name}: hits`, Math.min(...found.map((one) => one.hits))),
        isFact(
          `${name}: old prices on the writer's gateway after`,
          total(({ onFirst }) => onFirst),
          '0',
        ),
        within(
          `${name}: the other gateway has an old price for`,
          Math.max(...found.map(({ old }) => old.onSecondMs)),
          backWithinMs * slack,
        ),
        ...strictHolds(name, {
          rounds: total(({ rounds }) => rounds),
          letThrough: total(({ letThrough }) => letThrough),
          oldStocks: total(({ oldStocks }) => oldStocks),
        }),
        await agreesWithPostgres(
          scene,
          name,
          found.map(({ id }) => id),
        ),
      ],
      figures: { before, during, found },
    };
  } finally {
    client.disconnect();
  }

  /** In turns before, while and after the changes are made. */
  async function flushOnce(client: Redis, index: number) {
    const subject = await createSubject(scene);
    const entriesBefore = await client.dbsize();
    let entriesAfter = entriesBefore;
    const flush = async () => {
      const [, size] = (await client.multi().flushall().dbsize().exec()) ?? [];
      entriesAfter = Number(size?.[1]);
    };
    const change = () => changeAll(scene, subject, '33.00');
    if (index % 3 === 0) await flush();
    await Promise.all([change(), ...(index % 3 === 1 ? [flush()] : [])]);
    if (index % 3 === 2) await flush();
    const since = performance.now();
    const hitsBefore = await hits();
    const [backMs, old] = await Promise.all([
      msUntil(async () => (await hits()) > hitsBefore),
      lookForOld(scene, subject, { amount: '33.00', since, forMs: suspicionMs }),
    ]);
    return {
      id: subject.id,
      backMs,
      old,
      hits: (await hits()) - hitsBefore,
      entries: { before: entriesBefore, after: entriesAfter },
    };
  }
}
