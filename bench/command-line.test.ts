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

it('growth is measured of the gateway alone', () => {
  expect(read('--growth')).toEqual({ kind: 'growth', quick: false, jsonFile: undefined, seed: 1 });
  expect(read('--seed', '7', '--quick', '--growth', '--json', 'out.json')).toEqual({
    ...{ kind: 'growth', quick: true },
    ...{ jsonFile: 'out.json', seed: 7 },
  });
});

const chooses =
  '--growth is of the gateway alone, and of workloads of its own: it takes no --only and no --workload.';

it.each([
  [['--growth', '--only', 'bare,ours,theirs'], chooses],
  [['--workload', 'one', '--growth'], chooses],
  [['--growth', '--json'], '--json needs a value.'],
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
