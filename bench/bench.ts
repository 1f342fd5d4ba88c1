import { StackProblem } from '../src/dev/processes/stack-problem.ts';
import { formatTable } from '../src/testing/prove/table.ts';
import { readCommand } from './command-line.ts';
import { compare } from './compare.ts';
import { grow } from './growth/grow.ts';
import { stacks } from './stacks/stacks.ts';
import { workloads } from './workloads/workloads.ts';

const namesOf = (things: readonly { readonly name: string }[]) => things.map(({ name }) => name);

/** `npm run bench`: the gateway beside its peers, or how it grows. */
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
      return compare(command);
    case 'growth':
      return grow(command);
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const help = () => `npm run bench -- [--quick] [--json FILE] [--only STACK,…] [--workload NAME,…] [--seed N]
npm run bench -- --growth [--quick] [--json FILE] [--seed N]

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
