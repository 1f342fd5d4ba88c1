/** How the gateway’s growth is measured. */
export interface GrowthOptions {
  readonly quick: boolean;
  readonly jsonFile: string | undefined;
  readonly seed: number;
}

/** What is compared, and how long. */
export interface Options extends GrowthOptions {
  readonly stacks: readonly string[];
  readonly workloads: readonly string[];
}

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'fault'; readonly message: string }
  | ({ readonly kind: 'run' } & Options)
  | ({ readonly kind: 'growth' } & GrowthOptions);

interface Names {
  readonly stacks: readonly string[];
  readonly workloads: readonly string[];
}

/** Reads `[--quick] [--json FILE] [--only STACK,…] [--workload NAME,…] [--seed N]`, or `--growth` without what chooses. */
export function readCommand(args: readonly string[], names: Names): Command {
  let options: Read = { growth: false, quick: false, jsonFile: undefined, ...names, seed: 1 };
  const left = [...args];
  for (let option = left.shift(); option !== undefined; option = left.shift()) {
    if (option === '--help') return { kind: 'help' };
    const flag = flags[option];
    if (flag !== undefined) {
      options = { ...options, ...flag };
      continue;
    }
    const read = readers[option];
    if (read === undefined) return fault(`There is no option "${option}"; try --help.`);
    const value = left.shift();
    const change = value === undefined || value === '' ? `${option} needs a value.` : read(value, names);
    if (typeof change === 'string') return fault(change);
    options = { ...options, ...change };
  }
  return commandOf(options, names);
}

interface Read extends Options {
  readonly growth: boolean;
}

const flags: Readonly<Record<string, Partial<Read>>> = {
  '--quick': { quick: true },
  '--growth': { growth: true },
};

function commandOf({ growth, stacks, workloads, ...rest }: Read, names: Names): Command {
  if (!growth) return { kind: 'run', stacks, workloads, ...rest };
  return stacks === names.stacks && workloads === names.workloads
    ? { kind: 'growth', ...rest }
    : fault(
        '--growth is of the gateway alone, and of workloads of its own: it takes no --only and no --workload.',
      );
}

const fault = (message: string): Command => ({ kind: 'fault', message });

/** A text is what is wrong. */
type Reader = (value: string, names: Names) => Partial<Options> | string;

const readers: Readonly<Record<string, Reader>> = {
  '--json': (jsonFile) => ({ jsonFile }),
  '--only': (value, { stacks }) => chosen('stack', value, stacks, (names) => ({ stacks: names })),
  '--workload': (value, { workloads }) =>
    chosen('workload', value, workloads, (names) => ({ workloads: names })),
  '--seed': (value) =>
    /^\d{1,9}$/.test(value) ? { seed: Number(value) } : `--seed takes a whole number, not "${value}".`,
};

function chosen(
  what: string,
  value: string,
  known: readonly string[],
  change: (names: readonly string[]) => Partial<Options>,
): Partial<Options> | string {
  const names = value.split(',');
  const unknown = names.find((name) => !known.includes(name));
  return unknown === undefined
    ? change(known.filter((name) => names.includes(name)))
    : `There is no ${what} "${unknown}"; there are ${known.join(', ')}.`;
}
