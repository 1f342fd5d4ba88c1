import type { Random } from '../../../clock/random.ts';
import { rounded } from '../measures.ts';
import { endSession, lookForOld, warmUp } from './old-answers.ts';
import { changePrice, type Finding, type Scene } from './scene.ts';
import { pause, signIn, untilReady } from '../stage.ts';

const shortestMs = 200;
const longestMs = 1_200;
/** Between the change and the return, so that probes and replays of the gateways meet in every order. */
const betweenMs = 300;
const suspicionMs = 600;
const backWithinMs = 2_000;

interface ShortFreezes {
  /** As many freezes; nobody else changes these. */
  readonly productIds: readonly string[];
  readonly random: Random;
}

/**
 * Freezes that not everybody notices: the other gateway may come back to Redis before the writer's has replayed what waits
 * there, and its in-process copies outlive silences shorter than three heartbeats.
 */
export async function shortFreezes(scene: Scene, { productIds, random }: ShortFreezes): Promise<Finding> {
  const { context, stage, gateways, slack } = scene;
  const name = 'Redis frozen shortly';
  const found = await context.step(`${name}, ${productIds.length} times`, async () => {
    const all = [];
    for (const id of productIds) {
      context.signal.throwIfAborted();
      all.push(await freezeOnce(scene, id, random));
    }
    return all;
  });
  await Promise.all(gateways.map(({ url }) => untilReady(url)));
  const longest = (of: (one: (typeof found)[number]) => number) => rounded(Math.max(...found.map(of)));
  const onFirst = found.reduce((sum, one) => sum + one.onFirst, 0);
  const soonGone = (what: string, ms: number) => ({
    what: `${name}: ${what}`,
    found: `${ms} ms at most`,
    must: `≤ ${backWithinMs * slack} ms`,
    holds: ms <= backWithinMs * slack,
  });
  return {
    name,
    checks: [
      {
        what: `${name}: old prices on the writer's gateway after`,
        found: String(onFirst),
        must: '0',
        holds: onFirst === 0,
      },
      soonGone(
        'the other gateway has an old price for',
        longest(({ onSecondMs }) => onSecondMs),
      ),
      soonGone(
        'the other gateway knows a session ended during for',
        longest(({ letThroughMs }) => letThroughMs),
      ),
    ],
    figures: { freezes: found },
  };

  async function freezeOnce({ gateways: [first] }: Scene, id: string, random: Random) {
    await Promise.all(gateways.map(({ url }) => untilReady(url)));
    const token = await signIn(first.url, 'bob');
    await warmUp(scene, [id], token);
    stage.redis.freeze();
    await pause(shortestMs + (longestMs - shortestMs) * random());
    const { code } = await changePrice(scene, id, '55.00');
    if (code !== undefined) throw new Error(`a price could not be changed: ${code}`);
    await endSession(first, token);
    await pause(betweenMs * random());
    const since = performance.now();
    stage.redis.resume();
    return lookForOld(gateways, { id, amount: '55.00', token, since, forMs: suspicionMs });
  }
}
