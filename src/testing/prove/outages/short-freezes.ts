import type { Random } from '../../../clock/random.ts';
import { rounded } from '../measures.ts';
import { pause, untilReady } from '../stage.ts';
import { agreesWithPostgres, changeAll, createSubject, lookForOld, strictHolds } from './old-answers.ts';
import { backWithinMs, isFact, within, type Finding, type Scene } from './scene.ts';

const shortestMs = 200;
const longestMs = 1_200;
/** Between the change and the return, so that probes and replays of the gateways meet in every order. */
const betweenMs = 300;
const suspicionMs = 600;

/**
 * Freezes that not everybody notices: the other gateway may come back to Redis before the writer's has replayed what waits
 * there, and its in-process copies outlive silences shorter than three heartbeats.
 */
export async function shortFreezes(
  scene: Scene,
  { freezes, random }: { readonly freezes: number; readonly random: Random },
): Promise<Finding> {
  const { context, stage, gateways, slack } = scene;
  const name = 'Redis frozen shortly';
  const found = await context.step(`${name}, ${freezes} times`, async () => {
    const all = [];
    for (let index = 0; index < freezes; index += 1) {
      context.signal.throwIfAborted();
      all.push(await freezeOnce());
    }
    return all;
  });
  await Promise.all(gateways.map(({ url }) => untilReady(url)));
  const sum = (of: (one: (typeof found)[number]['old']) => number) =>
    found.reduce((total, { old }) => total + of(old), 0);
  return {
    name,
    checks: [
      isFact(
        `${name}: old prices on the writer's gateway after`,
        sum(({ onFirst }) => onFirst),
        '0',
      ),
      within(
        `${name}: the other gateway has an old price for at most`,
        rounded(Math.max(...found.map(({ old }) => old.onSecondMs))),
        backWithinMs * slack,
      ),
      ...strictHolds(name, {
        rounds: sum(({ rounds }) => rounds),
        letThrough: sum(({ letThrough }) => letThrough),
        oldStocks: sum(({ oldStocks }) => oldStocks),
      }),
      await agreesWithPostgres(
        scene,
        name,
        found.map(({ id }) => id),
      ),
    ],
    figures: { freezes: found },
  };

  async function freezeOnce() {
    await Promise.all(gateways.map(({ url }) => untilReady(url)));
    const subject = await createSubject(scene);
    stage.redis.freeze();
    await pause(shortestMs + (longestMs - shortestMs) * random());
    await changeAll(scene, subject, '55.00');
    await pause(betweenMs * random());
    const since = performance.now();
    stage.redis.resume();
    const old = await lookForOld(scene, subject, { amount: '55.00', since, forMs: suspicionMs });
    return { id: subject.id, old };
  }
}
