import { rollingRestart } from '../../../dev/topology/rolling-restart.ts';
import type { Check } from '../proof.ts';
import { createResources } from '../resources.ts';
import type { Close } from './audience.ts';
import { noneFailed, untilWhole, watch, type Finding, type Scene } from './scene.ts';

const goingAway = 1001;
/** A gateway closes its sockets over 2.4 s. */
const burstMs = 250;

/** Every gateway is told to end, and started again, one after the other; the control kills them instead. */
export async function restarts(scene: Scene): Promise<Finding> {
  const orderly = await restartAll(scene, 'stop');
  const killed = await restartAll(scene, 'kill');
  const { size, closes, tallies, exits } = orderly;
  const allRightly = closes.every(({ code }) => code === goingAway);
  const reads = orderly.reads.faults.length + orderly.writes.faults.length;
  const killedFaults = killed.reads.faults.length + killed.writes.faults.length;
  const lost = { found: `${killedFaults} with kill -9 in place of a stop`, fails: killedFaults > reads };
  return {
    checks: [
      { ...noneFailed('Rolling restart: queries that failed', orderly.reads), control: lost },
      noneFailed('Rolling restart: mutations that failed', orderly.writes),
      fact('Rolling restart: exit codes of the gateways', exits.join(', '), '0, 0, 0'),
      {
        what: 'Rolling restart: sockets that were closed',
        found: codesOf(closes),
        must: `≥ ${size}, all with ${goingAway}`,
        holds: closes.length >= size && allRightly,
        control: {
          found: `${codesOf(killed.closes)} when killed`,
          fails: killed.closes.some(({ code }) => code !== goingAway),
        },
      },
      {
        what: `Rolling restart: most sockets closed within ${burstMs} ms`,
        found: `${mostWithin(closes, burstMs)} of ${closes.length}`,
        must: '≤ a fifth',
        holds: mostWithin(closes, burstMs) <= closes.length / 5,
        control: {
          found: `${mostWithin(killed.closes, burstMs)} of ${killed.closes.length} when killed`,
          fails: mostWithin(killed.closes, burstMs) > killed.closes.length / 5,
        },
      },
      {
        what: 'Rolling restart: messages missed by who subscribes again from the last one seen',
        found: `${tallies.resumed.lost} of ${tallies.resumed.received}`,
        must: '0',
        holds: tallies.resumed.lost === 0 && tallies.resumed.received > 0,
        control: {
          found: `${tallies.careless.lost} by who subscribes from then on`,
          fails: tallies.careless.lost > 0,
        },
      },
    ],
    figures: { orderly: figuresOf(orderly), killed: figuresOf(killed) },
  };
}

async function restartAll(scene: Scene, how: 'stop' | 'kill') {
  const { context, topology, primary } = scene;
  const resources = createResources();
  try {
    const audience = await context.step(`Sockets, before each gateway is to ${how}`, () =>
      scene.openAudience(resources),
    );
    const load = await scene.startLoad(resources);
    await watch(scene);
    const from = performance.now();
    const exits: (number | null)[] = [];
    await context.step(`All gateways, each to ${how}`, () =>
      rollingRestart(topology.gateways, async (gateway) => {
        context.signal.throwIfAborted();
        if (how === 'stop') exits.push((await gateway.stop())?.code ?? null);
        else await gateway.kill();
      }),
    );
    await untilWhole(topology);
    await load.stop();
    const tallies = await audience.count(primary.url('tributary'));
    const closes = audience.closes.slice();
    const [reads, writes] = [load.seen('read', from), load.seen('write', from)];
    return { size: audience.size, exits, closes, tallies, reads, writes };
  } finally {
    await resources.close();
  }
}

function mostWithin(closes: readonly Close[], ms: number): number {
  const counts = closes.map(
    ({ at: first }) => closes.filter(({ at }) => at >= first && at < first + ms).length,
  );
  return Math.max(0, ...counts);
}

function codesOf(closes: readonly Close[]): string {
  const codes = new Set(closes.map(({ code }) => code));
  return [...codes]
    .map((code) => `${closes.filter((close) => close.code === code).length} with ${code}`)
    .join(', ');
}

const fact = (what: string, found: string, must: string): Check => ({
  what,
  found,
  must,
  holds: found === must,
});

const figuresOf = ({ closes, ...rest }: Awaited<ReturnType<typeof restartAll>>) => ({
  ...rest,
  closes: codesOf(closes),
  mostCloses: mostWithin(closes, burstMs),
});
