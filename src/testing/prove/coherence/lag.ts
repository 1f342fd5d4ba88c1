import { setImmediate } from 'node:timers/promises';
import { inSteps, type ProofContext } from '../proof.ts';
import type { Pair } from './gateways.ts';

const giveUpMs = 10_000;

/** From the writer's answer to the first new one of the other gateway's copy, for one write after another; in ms. */
export async function measureLags(
  context: Pick<ProofContext, 'step' | 'signal'>,
  {
    pair,
    what,
    writes,
    keys,
  }: {
    readonly pair: Pair;
    readonly what: string;
    readonly writes: number;
    readonly keys: readonly string[];
  },
): Promise<readonly number[]> {
  const lagsMs: number[] = [];
  await inSteps(context, what, writes, async (index) => {
    const key = keys[index % keys.length] ?? '';
    await pair.copy(key);
    lagsMs.push(await lagOfWrite(pair, key, await pair.look(key)));
  });
  return lagsMs;
}

/** Zero where the copy was given up before the writer was answered. */
async function lagOfWrite(pair: Pair, key: string, old: number): Promise<number> {
  const writing = pair.write(key).then(() => performance.now());
  const watching = watchUntilNew(pair, key, old);
  const [answeredAt, seenAt] = await Promise.all([writing, watching]);
  return Math.max(0, seenAt - answeredAt);
}

async function watchUntilNew(pair: Pair, key: string, old: number): Promise<number> {
  const giveUpAt = performance.now() + giveUpMs;
  while ((await pair.look(key)) <= old) {
    if (performance.now() > giveUpAt) throw new Error(`${key} stays old`);
    // A turn of the loop, so that the other gateway's messages are read.
    await setImmediate();
  }
  return performance.now();
}
