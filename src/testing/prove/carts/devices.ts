import type { Door } from './doors.ts';
import { applyTo, type DevicePlan, type Plan, type Quantities } from './plan.ts';

interface Run {
  /** Device n edits through door n, and looks through the other one. */
  readonly doors: readonly [Door, Door];
  readonly plan: Plan;
  readonly signal: AbortSignal;
  /** Each device looks behind so many of its edits; never when left out. */
  readonly lookEvery?: number;
  /** Awaited by the device whose edit was answered as the n-th of all, before it goes on. */
  readonly afterEdit?: (answered: number) => Promise<void>;
}

export interface Seen {
  readonly answered: number;
  /** How often an edit of the one device was answered behind one of the other. */
  readonly turns: number;
  readonly looks: number;
  /** Answers and looks in which a line of the device's own was not as its last acknowledged edit had left it. */
  readonly forgotten: number;
}

/** Both devices at once, each edit after the answer to the last. */
export async function runDevices({ doors, plan, signal, lookEvery, afterEdit }: Run): Promise<Seen> {
  let [answered, turns, looks, forgotten] = [0, 0, 0, 0];
  let last: number | undefined;

  async function run(device: number, { edits, own }: DevicePlan, door: Door, other: Door): Promise<void> {
    const lines = new Map<string, number>();
    for (const [index, edit] of edits.entries()) {
      signal.throwIfAborted();
      const cart = await door.edit(edit);
      applyTo(lines, edit);
      answered += 1;
      if (last !== device) turns += 1;
      last = device;
      if (!remembers(cart, lines, own)) forgotten += 1;
      await afterEdit?.(answered);
      if (lookEvery === undefined || index % lookEvery !== 0) continue;
      looks += 1;
      if (!remembers(await other.look(), lines, own)) forgotten += 1;
    }
  }

  const [one, two] = doors;
  await Promise.all([run(0, plan.devices[0], one, two), run(1, plan.devices[1], two, one)]);
  return { answered, turns, looks, forgotten };
}

const remembers = (cart: Quantities, lines: Quantities, own: ReadonlySet<string>): boolean =>
  [...own].every((product) => cart.get(product) === lines.get(product));
