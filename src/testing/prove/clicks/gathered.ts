import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
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

/**
 * Listens to what Redis is told; that costs it little here, because links that are in memory do not come to it. On a socket
 * of its own: ioredis takes a command that is told in the same packet as its own OK for an answer to something.
 */
export async function watchGathering(url: string, app: string, resources: Resources): Promise<Gathered> {
  const { hostname, port } = new URL(url);
  const socket = await resources.open(
    () => Promise.resolve(connect(Number(port), hostname)),
    (opened) => {
      opened.destroy();
      return Promise.resolve();
    },
  );
  const lines = createInterface({ input: socket });
  socket.write('MONITOR\r\n');
  await once(lines, 'line');

  const cameAt = new Map<string, number[]>();
  const counted = new Set<string>();
  let clicks = 0;
  lines.on('line', (line) => {
    const [script = '', , , key = '', from = '', number = '', ...rest] = argumentsIn(line);
    if (!/^eval/i.test(script) || !key.startsWith(`${app}:wb:{clicks-`) || !from.includes(':from:')) return;
    // Told again where Redis did not know the script, or the answer was lost.
    if (counted.has(`${from} ${number}`)) return;
    counted.add(`${from} ${number}`);
    const entries = rest.slice(argumentsBetween);
    for (let value = 2; value < entries.length; value += 3) clicks += Number(entries[value]);
    const seconds = Number(line.slice(1, line.indexOf(' ')));
    cameAt.set(from, [...(cameAt.get(from) ?? []), seconds * 1_000]);
  });
  return { clicks: () => clicks, cameAt: () => cameAt };
}

/** Of `+1795369071.12 [0 127.0.0.1:41210] "evalsha" "…"`, as Redis quotes them; nothing that is looked at needs quoting. */
const argumentsIn = (line: string): readonly string[] =>
  [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text);
