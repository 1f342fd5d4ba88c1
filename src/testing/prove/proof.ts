import { tracked, type OnProgress } from '../../dev/progress.ts';
import { createResources, type Resources } from './resources.ts';

/** One long check with its positive control. `npm run prove` runs it in full, its test with small numbers. */
export interface Proof<Name extends string = string> {
  readonly name: string;
  /** What it shows, in one line. */
  readonly about: string;
  /** Roughly how long, in words. */
  readonly takes: string;
  /** Whole numbers that it can be given, beside the seed. */
  readonly options: Readonly<Record<Name, ProofOption>>;
  run(context: ProofContext<Name>): Promise<Verdict>;
}

export interface ProofOption {
  readonly about: string;
  readonly fallback: number;
}

export interface ProofContext<Name extends string = string> {
  readonly seed: number;
  readonly options: Readonly<Record<Name, number>>;
  /** What is opened through it is closed when the proof ends, however it ends. */
  readonly resources: Resources;
  readonly signal: AbortSignal;
  /** Runs one part and tells of it; throws instead once the proof was aborted. */
  readonly step: <T>(name: string, work: () => Promise<T>) => Promise<T>;
}

export interface Verdict {
  readonly checks: readonly Check[];
  /** Everything measured, for `--json`; durations in milliseconds. */
  readonly figures: Readonly<Record<string, unknown>>;
  /** Printed by `--json` in place of everything, where other programs read a shape that was agreed upon. */
  readonly json?: unknown;
}

/** One line of the result. */
export interface Check {
  readonly what: string;
  readonly found: string;
  readonly must: string;
  readonly holds: boolean;
  readonly control?: Control;
}

/** The same with the protection off or the fault made worse: a check that does not fail then proves nothing. */
export interface Control {
  readonly found: string;
  readonly fails: boolean;
}

export const holds = ({ checks }: Verdict): boolean => checks.every((check) => check.holds);

export function controlFails({ checks }: Verdict): boolean {
  const controls = checks.flatMap(({ control }) => (control === undefined ? [] : [control]));
  return controls.length > 0 && controls.every((control) => control.fails);
}

export interface RunOptions<Name extends string> {
  readonly seed?: number;
  readonly options?: Partial<Record<Name, number>>;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** Runs a proof on servers of its own and leaves nothing behind. */
export async function runProof<Name extends string>(
  proof: Proof<Name>,
  { seed = 1, options = {}, onProgress = () => undefined, signal }: RunOptions<Name> = {},
): Promise<Verdict> {
  const resources = createResources();
  const aborted = signal ?? new AbortController().signal;
  const fallbacks = Object.entries<ProofOption>(proof.options).map(([name, { fallback }]) => [
    name,
    fallback,
  ]);
  const context: ProofContext<Name> = {
    seed,
    options: { ...Object.fromEntries(fallbacks), ...options } as Record<Name, number>,
    resources,
    signal: aborted,
    step: (name, work) => {
      aborted.throwIfAborted();
      return tracked(onProgress, name, work);
    },
  };
  try {
    return await proof.run(context);
  } finally {
    await resources.close();
  }
}

const stepsToTell = 10;

/** Runs `work` for 0 to `count - 1`, one after the other, told as at most ten steps. */
export async function inSteps(
  { step, signal }: Pick<ProofContext, 'step' | 'signal'>,
  what: string,
  count: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  const size = Math.max(1, Math.ceil(count / stepsToTell));
  for (let start = 0; start < count; start += size) {
    const end = Math.min(start + size, count);
    const span = size === 1 ? String(end) : `${start + 1} to ${end}`;
    await step(`${what} ${span} of ${count}`, async () => {
      for (let index = start; index < end; index += 1) {
        signal.throwIfAborted();
        await work(index);
      }
    });
  }
}
