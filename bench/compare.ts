import { writeFile } from 'node:fs/promises';
import { formatTable } from '../src/testing/prove/table.ts';
import type { Options } from './command-line.ts';
import { boundsOf } from './report/bounds.ts';
import { writePage } from './report/page.ts';
import { boundsTable, tableOf } from './report/table.ts';
import { run, type Context, type Outcome } from './run.ts';
import { fullScale, quickScale } from './scale.ts';
import { inSession, type Surroundings } from './session.ts';
import { install, isInstalled } from './stacks/install.ts';
import type { Stack } from './stacks/stack.ts';
import { stacks } from './stacks/stacks.ts';
import { workloads } from './workloads/workloads.ts';

interface Compared extends Outcome {
  /** Why some stacks were left out. */
  readonly missing: readonly string[];
}

/** The gateway beside its peers. Resolves to the exit code, 0 where everything was measured, whatever the bounds say. */
export const compare = (options: Options): Promise<number> =>
  inSession(
    (context) => measure(context, options),
    (compared, surroundings) => report(options, compared, surroundings),
  );

async function measure(context: Context, options: Options): Promise<Compared> {
  if (!(await isInstalled())) await context.step('Peers, installed in bench/', install);
  const { present, missing } = await withoutMissing(
    stacks.filter(({ name }) => options.stacks.includes(name)),
  );
  const outcome = await run(context, {
    stacks: present,
    workloads: workloads.filter(({ name }) => options.workloads.includes(name)),
    scale: options.quick ? quickScale : fullScale,
    seed: options.seed,
  });
  return { ...outcome, missing };
}

async function withoutMissing(chosen: readonly Stack[]) {
  const checked = await Promise.all(
    chosen.map(async (stack) => ({ stack, missing: await stack.missing?.() })),
  );
  return {
    present: checked.flatMap(({ stack, missing }) => (missing === undefined ? [stack] : [])),
    missing: checked.flatMap(({ missing }) => missing ?? []),
  };
}

async function report(
  options: Options,
  { rows, cores, missing }: Compared,
  surroundings: Surroundings,
): Promise<void> {
  for (const line of missing) process.stderr.write(`${line} The others were measured.\n`);
  for (const { name, about } of workloads) {
    const own = rows.filter(({ workload }) => workload === name);
    if (own.length > 0) process.stdout.write(`\n${name}: ${about}\n\n${formatTable(tableOf(own))}\n`);
  }
  process.stdout.write(`\n${formatTable(boundsTable(boundsOf(rows)))}\n`);
  if (options.jsonFile !== undefined)
    await writeFile(options.jsonFile, `${JSON.stringify(rows, undefined, 2)}\n`);
  const isWhole = options.stacks.length === stacks.length && options.workloads.length === workloads.length;
  const folder = await writePage({
    rows,
    workloads,
    stacks,
    cores,
    ...surroundings,
    isReference: isWhole && !options.quick,
  });
  process.stdout.write(`\nTable and plots: ${folder}\n`);
}
