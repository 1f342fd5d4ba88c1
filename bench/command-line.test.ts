import { expect, it } from 'vitest';
import { readCommand } from './command-line.ts';

const names = { stacks: ['bare', 'ours', 'theirs'], workloads: ['one', 'many'] };
const read = (...args: string[]) => readCommand(args, names);

it('everything is measured when nothing is said', () => {
  expect(read()).toEqual({ kind: 'run', quick: false, jsonFile: undefined, ...names, seed: 1 });
});

it('some stacks and workloads are measured, in the order of the table', () => {
  expect(read('--quick', '--only', 'theirs,bare', '--workload', 'many', '--json', 'out.json')).toEqual({
    kind: 'run',
    quick: true,
    jsonFile: 'out.json',
    stacks: ['bare', 'theirs'],
    workloads: ['many'],
    seed: 1,
  });
});

it.each([
  [['--fast'], 'There is no option "--fast"; try --help.'],
  [['--only', 'nobody'], 'There is no stack "nobody"; there are bare, ours, theirs.'],
  [['--workload', 'none'], 'There is no workload "none"; there are one, many.'],
  [['--json'], '--json needs a value.'],
  [['--seed', 'x'], '--seed takes a whole number, not "x".'],
])('%j is refused with a reason', (args, message) => {
  expect(read(...args)).toEqual({ kind: 'fault', message });
});

it('help is shown before anything else is looked at', () => {
  expect(read('--help', '--fast')).toEqual({ kind: 'help' });
});
