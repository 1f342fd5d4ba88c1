import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { StackProblem } from '../src/dev/processes/stack-problem.ts';
import { abortOnSignal } from '../src/dev/processes/abort-on-signal.ts';
import { createProgress, tracked } from '../src/dev/progress.ts';
import { createResources } from '../src/testing/prove/resources.ts';
import { formatTable } from '../src/testing/prove/table.ts';
import { readCommand, type Command } from './command-line.ts';
import { boundsOf } from './report/bounds.ts';
import { writePage } from './report/page.ts';
import { boundsTable, tableOf } from './report/table.ts';
import { run, type Outcome } from './run.ts';
import { fullScale, quickScale } from './scale.ts';
import { install, isInstalled } from './stacks/install.ts';
import type { Stack } from './stacks/stack.ts';
import { stacks } from './stacks/stacks.ts';
import { workloads } from './workloads/workloads.ts';

const namesOf = (things: readonly { readonly name: string }[]) => things.map(({ name }) => name);

/** `npm run bench`: the gateway beside its peers. The exit code is 0 where everything was measured, whatever the bounds say. */
async function main(): Promise<number> {
  const command = readCommand(process.argv.slice(2), {
    stacks: namesOf(stacks),
    workloads: namesOf(workloads),
  });
  switch (command.kind) {
    case 'help':
      process.stdout.write(help());
      return 0;
    case 'fault':
      process.stderr.write(`${command.message}\n`);
      return 2;
    case 'run':
      return bench(command);
  }
}

async function bench(command: Extract<Command, { kind: 'run' }>): Promise<number> {
  const progress = createProgress();
  const resources = createResources();
  const signal = abortOnSignal();
  const step = <T>(name: string, work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    return tracked(progress.report, name, work);
  };
  const [startedAt, [loadBefore = 0]] = [performance.now(), loadavg()];
  try {
    if (!(await isInstalled())) await step('Peers, installed in bench/', install);
    const { present, missing } = await withoutMissing(
      stacks.filter(({ name }) => command.stacks.includes(name)),
    );
    const outcome = await run(
      { resources, signal, step },
      {
        stacks: present,
        workloads: workloads.filter(({ name }) => command.workloads.includes(name)),
        scale: command.quick ? quickScale : fullScale,
        seed: command.seed,
      },
    );
    progress.close();
    for (const line of missing) process.stderr.write(`${line} The others were measured.\n`);
    await report(command, outcome, {
      seconds: (performance.now() - startedAt) / 1_000,
      loadBefore,
    });
    return 0;
  } catch (error) {
    if (signal.aborted) return 130;
    throw error;
  } finally {
    progress.close();
    await resources.close();
  }
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
  command: Extract<Command, { kind: 'run' }>,
  { rows, cores }: Outcome,
  surroundings: { readonly seconds: number; readonly loadBefore: number },
) {
  for (const { name, about } of workloads) {
    const own = rows.filter(({ workload }) => workload === name);
    if (own.length > 0) process.stdout.write(`\n${name}: ${about}\n\n${formatTable(tableOf(own))}\n`);
  }
  process.stdout.write(`\n${formatTable(boundsTable(boundsOf(rows)))}\n`);
  if (command.jsonFile !== undefined)
    await writeFile(command.jsonFile, `${JSON.stringify(rows, undefined, 2)}\n`);
  const isWhole = command.stacks.length === stacks.length && command.workloads.length === workloads.length;
  const folder = await writePage({
    rows,
    workloads,
    stacks,
    cores,
    ...surroundings,
    isReference: isWhole && !command.quick,
  });
  process.stdout.write(`\nTable and plots: ${folder}\n`);
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const help = () => `npm run bench -- [--quick] [--json FILE] [--only STACK,…] [--workload NAME,…] [--seed N]

${formatTable([...stacks, ...workloads].map(({ name, about }) => [`  ${name}`, about]))}
`;

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const isTold = error instanceof StackProblem || !(error instanceof Error);
    process.stderr.write(`${isTold ? textOf(error) : String(error.stack)}\n`);
    process.exit(1);
  },
);
