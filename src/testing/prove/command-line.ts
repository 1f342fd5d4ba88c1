import type { Proof } from './proof.ts';

export type Command =
  | { readonly kind: 'list' }
  | { readonly kind: 'fault'; readonly message: string }
  | {
      readonly kind: 'run';
      readonly proofs: readonly Proof[];
      readonly isJson: boolean;
      readonly seed: number;
      readonly options: Readonly<Record<string, number>>;
    };

const fault = (message: string): Command => ({ kind: 'fault', message });

/** Reads `<name> [--json] [--seed N] [--<option> N]`. Nothing or `--help` asks for the list. */
export function readCommand(args: readonly string[], proofs: readonly Proof[]): Command {
  if (args.length === 0 || args.includes('--help')) return { kind: 'list' };
  const [name = '', ...rest] = args;
  const chosen = name === 'all' ? proofs : proofs.filter((proof) => proof.name === name);
  if (chosen.length === 0) {
    const names = [...proofs.map((proof) => proof.name), 'all'].join(', ');
    return fault(`There is no proof "${name}"; there are ${names}.`);
  }
  const taken = name === 'all' ? [] : chosen.flatMap(({ options }) => Object.keys(options));
  const numbers = readNumbers(
    rest.filter((arg) => arg !== '--json'),
    ['seed', ...taken],
    name,
  );
  if (typeof numbers === 'string') return fault(numbers);
  const { seed = 1, ...options } = numbers;
  return { kind: 'run', proofs: chosen, isJson: rest.includes('--json'), seed, options };
}

/** Pairs of `--<name> N`; a text is what is wrong with them. */
function readNumbers(
  args: readonly string[],
  names: readonly string[],
  proof: string,
): Readonly<Record<string, number>> | string {
  const numbers: Record<string, number> = {};
  for (let index = 0; index < args.length; index += 2) {
    const [option = '', value = ''] = args.slice(index);
    const name = names.find((each) => option === `--${each}`);
    if (name === undefined) {
      const all = ['--json', ...names.map((each) => `--${each} N`)].join(', ');
      return `${proof} does not take "${option}"; it takes ${all}.`;
    }
    if (!/^\d{1,9}$/.test(value)) return `${option} takes a whole number, not "${value}".`;
    // A seed may be zero; everything else is a number of something.
    if (name !== 'seed' && Number(value) === 0) return `${option} takes a whole number from 1, not "0".`;
    numbers[name] = Number(value);
  }
  return numbers;
}
