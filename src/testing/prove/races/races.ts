import { Redis } from 'ioredis';
import { startOwnRedis } from '../own-redis.ts';
import type { Check, Proof, ProofContext } from '../proof.ts';
import { modes, unprotected, type Mode, type ModeName } from './modes.ts';
import { emptyTally, loadScripts, runSchedules, type Tally } from './run-schedules.ts';

type Option = 'schedules';

/** Schedules between two reports of progress. */
const chunk = 5_000;

/**
 * Random schedules on the scripts that the gateways use. A schedule is a simulation in which one party moves at a time and
 * nothing depends on the clock, so that a seed gives the same figures on any machine.
 *
 * What is modelled as it is promised, and no better: a flush is one that gateways notice (a flush that none notices is the
 * backstop's), what is evicted is older than a replica's greatest lag, and a write of a strict policy meets one fault. In
 * `full` no invalidation is lost, however late it comes; its writer is answered behind it.
 */
export const races: Proof<Option> = {
  name: 'races',
  about: 'No schedule of readers, writers, lag, loss, noticed flushes and eviction reads an old row.',
  takes: '2 to 4 min',
  options: { schedules: { about: 'schedules of each mode', fallback: 20_000 } },
  async run(context) {
    const server = await startOwnRedis(context);
    const redis = await context.resources.open(
      () => Promise.resolve(new Redis(server.url)),
      (client) => client.quit(),
    );
    await loadScripts(redis);
    const run = (name: string, mode: Mode) => runMode(context, redis, name, mode);
    const found = {
      naive: await run('naive', modes.naive),
      leaseWithoutFence: await run('leaseWithoutFence', modes.leaseWithoutFence),
      full: await run('full', modes.full),
      strictWithLoss: await run('strictWithLoss', modes.strictWithLoss),
    } satisfies Record<ModeName, Tally>;
    const fullUnnoticed = await run('control: unnoticed flushes', unprotected.fullUnnoticed);
    const strictWithoutMarks = await run('control: loss without marks', unprotected.strictWithoutMarks);
    return {
      checks: [
        never('stale with leases and fences', found.full, { 'plain GET, SET, DEL': found.naive }),
        never('the same', found.full, { 'leases without fences': found.leaseWithoutFence }),
        never('the same', found.full, { 'flushes unnoticed, young entries evicted': fullUnnoticed }),
        never('stale with strict marks, 30 % of invalidations lost', found.strictWithLoss, {
          'without marks': strictWithoutMarks,
        }),
      ],
      figures: { ...found, fullUnnoticed, strictWithoutMarks },
      json: { seed: context.seed, modes: Object.fromEntries(Object.entries(found).map(summarise)) },
    };
  },
};

async function runMode(
  { seed, options, step, signal }: ProofContext<Option>,
  redis: Redis,
  name: string,
  mode: Mode,
): Promise<Tally> {
  const tally = emptyTally();
  for (let from = 0; from < options.schedules; from += chunk) {
    signal.throwIfAborted();
    const to = Math.min(from + chunk, options.schedules);
    await step(`${name}: schedules ${from + 1} to ${to}`, () =>
      runSchedules(redis, { mode, seed, from, to, tally }),
    );
  }
  return tally;
}

function never(what: string, tally: Tally, controls: Readonly<Record<string, Tally>>): Check {
  const [[how, control] = ['', emptyTally()]] = Object.entries(controls);
  return {
    what,
    found: `${told(tally)}, ${tally.steps} steps`,
    must: '0',
    holds: tally.stale === 0,
    control: { found: `${told(control)} ${how}`, fails: control.stale > control.schedules / 1_000 },
  };
}

const told = ({ stale, schedules, staleReads }: Tally) => `${stale} of ${schedules} (${staleReads} reads)`;

const summarise = ([name, { schedules, steps, stale }]: readonly [string, Tally]) =>
  [name, { schedules, steps, stale }] as const;
