import { pause } from '../stage.ts';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import type { Pair } from './gateways.ts';

export interface CutFindings {
  /** From the cut until copies were bypassed; at most `lookForMs`. */
  readonly bypassedAfterMs: number;
  /** Old answers before that: copies of what was changed while nobody knew of the cut. */
  readonly oldBefore: number;
  readonly changesAfter: number;
  readonly oldAfter: number;
  /** When the bus was back and trusted. */
  readonly oldAtReturn: number;
}

const lookForMs = 5_000;
/** By then a gateway that listens for heartbeats has noticed. */
const unnoticedForMs = 1_500;
const returnsWithinMs = 20_000;

/** Cuts the second gateway off from the bus, and from nothing else, while rows change. */
export async function cutBus(
  pair: Pair,
  {
    keys,
    changes,
    isNoticed,
  }: { readonly keys: readonly string[]; readonly changes: number; readonly isNoticed: boolean },
): Promise<CutFindings> {
  for (const key of keys) await pair.copy(key);
  await pair.busLink.setMode({ kind: 'black-hole' });
  const before = await changeUntilSilent(pair, keys, isNoticed ? lookForMs : unnoticedForMs);
  const oldAfter = await changeAndLook(pair, keys, changes);
  await pair.busLink.setMode({ kind: 'pass' });
  return {
    ...before,
    changesAfter: changes,
    oldAfter,
    oldAtReturn: isNoticed ? await lookAtReturn(pair, keys) : 0,
  };
}

async function changeUntilSilent(pair: Pair, keys: readonly string[], forMs: number) {
  const cutAt = performance.now();
  let oldBefore = 0;
  while (pair.hears() && performance.now() - cutAt < forMs) {
    oldBefore += await changeAndLook(pair, keys.slice(0, 1), 1);
    await pause(2);
  }
  return { bypassedAfterMs: Math.round(performance.now() - cutAt), oldBefore };
}

/** How many of the writes the second gateway did not show at once. */
async function changeAndLook(pair: Pair, keys: readonly string[], changes: number): Promise<number> {
  let old = 0;
  for (let change = 0; change < changes; change += 1) {
    const key = keys[change % keys.length] ?? '';
    const revision = await pair.write(key);
    if ((await pair.look(key)) < revision) old += 1;
  }
  return old;
}

/** What is shown was last changed during the cut; nothing changes any more. */
async function lookAtReturn(pair: Pair, keys: readonly string[]): Promise<number> {
  const isBack = () => Promise.resolve(pair.hears());
  if (!(await waitUntil(isBack, { everyMs: 10, timeoutMs: returnsWithinMs })))
    throw new Error('the bus is not heard again');
  let old = 0;
  for (const key of keys) if ((await pair.look(key)) < pair.latest(key)) old += 1;
  return old;
}
