import { Redis } from 'ioredis';
import type { Resources } from '../resources.ts';

/** Clicks that have come to Redis, as Redis itself has seen it. */
export interface Gathered {
  /** All of them. */
  readonly clicks: () => number;
  /** When the chunks of each process came, in epoch ms by the clock of Redis, in their order. */
  readonly cameAt: () => ReadonlyMap<string, readonly number[]>;
}

/** Arguments of GATHER between the chunk's number and its entries, which are kind, field and value in turn. */
const argumentsBetween = 4;

/** Listens to what Redis is told; that costs it little here, because links that are in memory do not come to it. */
export async function watchGathering(url: string, app: string, resources: Resources): Promise<Gathered> {
  const { monitor } = await resources.open(
    async () => {
      const client = new Redis(url);
      return { client, monitor: await client.monitor() };
    },
    (opened) => {
      for (const each of [opened.client, opened.monitor]) each.disconnect();
      return Promise.resolve();
    },
  );
  const cameAt = new Map<string, number[]>();
  const counted = new Set<string>();
  let clicks = 0;

  monitor.on('monitor', (seconds: string, args: readonly string[]) => {
    const [script = '', , , key = '', from = '', number = '', ...rest] = args;
    if (!/^eval/i.test(script) || !key.startsWith(`${app}:wb:{clicks-`) || !from.includes(':from:')) return;
    // Told again where Redis did not know the script, or the answer was lost.
    if (counted.has(`${from} ${number}`)) return;
    counted.add(`${from} ${number}`);
    const entries = rest.slice(argumentsBetween);
    for (let value = 2; value < entries.length; value += 3) clicks += Number(entries[value]);
    cameAt.set(from, [...(cameAt.get(from) ?? []), Number(seconds) * 1_000]);
  });
  return { clicks: () => clicks, cameAt: () => cameAt };
}
