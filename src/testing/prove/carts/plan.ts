import type { Random } from '../../../clock/random.ts';

/** One touch of a button. */
export interface Edit {
  readonly kind: 'add' | 'set' | 'remove';
  /** Its key in the table. */
  readonly product: string;
  readonly quantity: number;
}

export type Quantities = ReadonlyMap<string, number>;

/** What two devices do to one cart. */
export interface Plan {
  readonly devices: readonly [DevicePlan, DevicePlan];
}

export interface DevicePlan {
  readonly edits: readonly Edit[];
  /** Products that the other device does not touch. */
  readonly own: ReadonlySet<string>;
}

/** Of each device's own, and of those that both touch. */
const perKind = 6;
export const productsOfPlan = 3 * perKind;

/**
 * Half of the edits are of lines that both devices touch, and these only add one: in whatever order they come, the line must
 * be their number. The other half are of lines of the device's own, which it also sets and removes: there its own order
 * counts. So each line has exactly one serial result, however the two are interleaved.
 */
export function planOf(products: readonly string[], edits: number, random: Random): Plan {
  const shared = products.slice(0, perKind);
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? '';
  const device = (index: number): DevicePlan => {
    const own = products.slice((index + 1) * perKind, (index + 2) * perKind);
    const one = (): Edit => {
      if (random() < 0.5) return { kind: 'add', product: pick(shared), quantity: 1 };
      const dice = random();
      const kind = dice < 0.5 ? 'add' : dice < 0.85 ? 'set' : 'remove';
      // So small that no sum of them exceeds what a line may hold.
      return { kind, product: pick(own), quantity: 1 + Math.floor(random() * (kind === 'add' ? 3 : 50)) };
    };
    return { own: new Set(own), edits: Array.from({ length: Math.ceil(edits / 2) }, one) };
  };
  return { devices: [device(0), device(1)] };
}

export function applyTo(lines: Map<string, number>, { kind, product, quantity }: Edit): void {
  if (kind === 'add') lines.set(product, (lines.get(product) ?? 0) + quantity);
  else if (kind === 'set') lines.set(product, quantity);
  else lines.delete(product);
}

/** What one device after the other would have come to. */
export function serialResult({ devices }: Plan): Quantities {
  const lines = new Map<string, number>();
  for (const { edits } of devices) for (const edit of edits) applyTo(lines, edit);
  return lines;
}

/** How many lines are not as they should be. */
export function differences(wanted: Quantities, found: Quantities): number {
  const products = new Set([...wanted.keys(), ...found.keys()]);
  return [...products].filter((product) => wanted.get(product) !== found.get(product)).length;
}
