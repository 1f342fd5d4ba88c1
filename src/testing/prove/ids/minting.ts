import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../../config/project-root.ts';
import { spawnGuarded, type GuardedChild } from '../../../dev/processes/guarded-child.ts';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { compiledProgram } from '../../../dev/compiled.ts';
import { onServer } from '../../database.ts';
import type { Check, ProofContext } from '../proof.ts';
import type { Stage } from '../stage.ts';

interface Minting {
  readonly processes: number;
  readonly ids: number;
}

interface Minted {
  /** In the order in which each process has given them out. */
  readonly byProcess: readonly (readonly bigint[])[];
  /** The worker numbers of the killed process and of its heir. */
  readonly inherited: readonly [killed: number, heir: number];
}

const maker = 'src/testing/prove/ids/maker.ts';
const makesWithinMs = 600_000;
const bytesOfId = 19;

/** Many processes give out ids over one Postgres; one is killed on the way, and another takes its number over. */
export async function checkMinting(
  context: Pick<ProofContext, 'resources' | 'seed' | 'step'>,
  stage: Stage,
  { processes, ids }: Minting,
): Promise<{ readonly checks: readonly Check[]; readonly figures: Readonly<Record<string, unknown>> }> {
  const startedAt = performance.now();
  const minted = await context.step(`${ids} ids from ${processes} processes`, () =>
    mint(context, stage, { processes, ids }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  const trusting = await context.step('Control: ids by a clock that is believed', async () =>
    Promise.all(
      Array.from({ length: 2 }, async (_, index) => {
        const child = await startMaker(context, stage, {
          name: `trusting-${index}`,
          env: { COUNT: String(Math.ceil(ids / 10)), SEED: String(context.seed + index), TRUSTS_CLOCK: '1' },
        });
        await child.ended();
        return child.read();
      }),
    ),
  );
  const all = minted.byProcess.flat();
  const believed = trusting.flat();
  const [killed, heir] = minted.inherited;
  return {
    checks: [
      {
        what: `ids from ${processes} processes and the heir of a killed one, clocks set back at random`,
        found: `${all.length}, ${repeated(all)} repeated`,
        must: `at least ${ids}, 0 repeated`,
        holds: all.length >= ids && repeated(all) === 0,
        control: {
          found: `${repeated(believed)} of ${believed.length} repeated where the clock is believed`,
          fails: repeated(believed) > 0,
        },
      },
      {
        what: 'ids that are not above the one before of the same process',
        found: String(fallen(minted.byProcess)),
        must: '0',
        holds: fallen(minted.byProcess) === 0,
        control: {
          found: `${fallen(trusting)} where the clock is believed`,
          fails: fallen(trusting) > 0,
        },
      },
      {
        what: 'worker number of the killed process, and of its heir',
        found: `${killed} and ${heir}`,
        must: 'the same',
        holds: killed === heir,
      },
    ],
    figures: { ids: all.length, idsPerSecond: Math.round(all.length / seconds) },
  };
}

async function mint(
  context: Pick<ProofContext, 'resources' | 'seed'>,
  stage: Stage,
  { processes, ids }: Minting,
): Promise<Minted> {
  const each = Math.ceil(ids / processes);
  const start = (name: string, count: number, env: Readonly<Record<string, string>> = {}) =>
    startMaker(context, stage, {
      name,
      env: { COUNT: String(count), SEED: `${context.seed}${name.length}`, ...env },
    });
  const victim = await start('killed', each, { HOLD: '1' });
  const others = await Promise.all(
    Array.from({ length: processes - 1 }, (_, index) => start(`maker-${'i'.repeat(index + 1)}`, each)),
  );
  // Whoever took a number later would be the heir.
  await Promise.all(others.map((other) => other.hasPrinted(1)));
  await victim.hasPrinted(Math.ceil(each / 2));
  victim.kill();
  await victim.ended();
  const before = await victim.read();
  const number = workerOf(before);
  // Of all numbers this one is made the least recently used. A renewal that the killed process still has under way is not
  // to use it again; it was not given back, for its ceiling stays.
  await onServer(
    stage.servers.primaryUrl,
    `UPDATE worker_numbers SET holder = CASE number WHEN $1 THEN 'nobody' ELSE holder END,
       used = CASE number WHEN $1 THEN 0 ELSE nextval('worker_number_uses') END`,
    [number],
  );
  const heir = await start('heir', Math.max(1_000, each - before.length));
  await Promise.all([heir.ended(), ...others.map((other) => other.ended())]);
  const byProcess = await Promise.all([victim, heir, ...others].map((child) => child.read()));
  return { byProcess, inherited: [number, workerOf(byProcess[1] ?? [])] };
}

interface Maker {
  readonly kill: () => void;
  readonly hasPrinted: (count: number) => Promise<void>;
  readonly ended: () => Promise<void>;
  readonly read: () => Promise<readonly bigint[]>;
}

async function startMaker(
  { resources }: Pick<ProofContext, 'resources'>,
  stage: Stage,
  { name, env }: { readonly name: string; readonly env: Readonly<Record<string, string>> },
): Promise<Maker> {
  const logFile = join(stage.dataDir, `ids-${name}.txt`);
  const program = await compiledProgram(maker);
  const child: GuardedChild = await resources.open(
    () =>
      spawnGuarded({
        name,
        command: process.execPath,
        args: [program],
        cwd: projectRoot(import.meta.url),
        env: { PATH: process.env['PATH'], DATABASE_URL: stage.servers.primaryUrl, ...env },
        stopSignal: 'SIGTERM',
        logFile,
      }),
    (opened) => opened.stop(),
  );
  return {
    kill: () => void child.kill('SIGKILL'),
    async hasPrinted(count) {
      const isThere = async () => (await stat(logFile)).size >= count * bytesOfId;
      if (await waitUntil(isThere, { everyMs: 5, timeoutMs: makesWithinMs })) return;
      throw new Error(`${name} did not make ${count} ids in time`);
    },
    // By looking: what waits for a child alone does not keep this process alive.
    async ended() {
      const isOver = () => Promise.resolve(child.exit() !== undefined);
      if (await waitUntil(isOver, { everyMs: 20, timeoutMs: makesWithinMs })) return;
      throw new Error(`${name} did not end in time`);
    },
    async read() {
      const text = await readFile(logFile, 'utf8');
      const lines = text.split('\n').slice(0, -1);
      const odd = lines.find((line) => !/^\d{17,19}$/.test(line));
      if (odd !== undefined) throw new Error(`${name} said: ${odd}`);
      return lines.map(BigInt);
    },
  };
}

const workerOf = ([first = 0n]: readonly bigint[]): number => Number((first >> 12n) & 1_023n);

function repeated(ids: readonly bigint[]): number {
  const sorted = BigInt64Array.from(ids).sort();
  return sorted.reduce((count, id, index) => (index > 0 && id === sorted[index - 1] ? count + 1 : count), 0);
}

const fallen = (byProcess: readonly (readonly bigint[])[]): number =>
  byProcess.reduce(
    (sum, ids) => sum + ids.filter((id, index) => index > 0 && id <= (ids[index - 1] ?? 0n)).length,
    0,
  );
