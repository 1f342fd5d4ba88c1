import { abortOnSignal } from '../../dev/processes/abort-on-signal.ts';
import { StackProblem } from '../../dev/processes/stack-problem.ts';
import { createProgress } from '../../dev/progress.ts';
import { readCommand, type Command } from './command-line.ts';
import { controlFails, holds, runProof, type Proof, type Verdict } from './proof.ts';
import { proofs } from './proofs.ts';
import { formatTable } from './table.ts';

/** `npm run prove`: long checks, each with its positive control, on servers of their own. */
async function main(): Promise<number> {
  const command = readCommand(process.argv.slice(2), proofs);
  switch (command.kind) {
    case 'list':
      process.stdout.write(describeProofs());
      return 0;
    case 'fault':
      process.stderr.write(`${command.message}\n`);
      return 2;
    case 'run':
      return runAll(command);
  }
}

interface Outcome {
  readonly proof: string;
  readonly seed: number;
  readonly options: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** The proof holds and its control fails. */
  readonly proven: boolean;
  readonly holds?: boolean;
  readonly controlFails?: boolean;
  readonly checks?: Verdict['checks'];
  readonly figures?: Verdict['figures'];
  readonly json?: unknown;
  readonly error?: string;
}

async function runAll(command: Extract<Command, { kind: 'run' }>): Promise<number> {
  const { isJson } = command;
  const signal = abortOnSignal();
  const outcomes: Outcome[] = [];
  for (const proof of command.proofs) {
    const outcome = await runOne(proof, command, signal);
    if (signal.aborted) return 130;
    outcomes.push(outcome);
    if (!isJson) process.stdout.write(describeOutcome(outcome));
  }
  const proven = outcomes.every((outcome) => outcome.proven);
  const [only] = outcomes;
  if (isJson) {
    const result = outcomes.length === 1 ? (only?.json ?? only) : { proof: 'all', proven, proofs: outcomes };
    process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  }
  return proven ? 0 : 1;
}

async function runOne(
  proof: Proof,
  { seed, options }: Extract<Command, { kind: 'run' }>,
  signal: AbortSignal,
): Promise<Outcome> {
  process.stderr.write(`${proof.name}: ${proof.about} Takes ${proof.takes}.\n`);
  const progress = createProgress();
  const startedAt = performance.now();
  const common = () => ({
    proof: proof.name,
    seed,
    options,
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
  });
  try {
    const verdict = await runProof(proof, { seed, options, signal, onProgress: progress.report });
    const result = { holds: holds(verdict), controlFails: controlFails(verdict) };
    return { ...common(), proven: result.holds && result.controlFails, ...result, ...verdict };
  } catch (error) {
    const isTold = error instanceof StackProblem || !(error instanceof Error);
    const text = isTold ? String(error) : (error.stack ?? error.message);
    if (!signal.aborted) process.stderr.write(`${text}\n`);
    return { ...common(), proven: false, error: error instanceof Error ? error.message : text };
  } finally {
    progress.close();
  }
}

function describeProofs(): string {
  const rows = proofs.map(({ name, about, takes }) => [`  ${name}`, about, takes]);
  const options = proofs.flatMap(({ name, options: taken }) =>
    Object.entries(taken).map(([option, { about, fallback }]) => [
      `  ${name}`,
      `--${option} N`,
      `${about} (${fallback})`,
    ]),
  );
  return `npm run prove -- <name>|all [--json] [--seed N] [its options]

${formatTable(rows)}

${formatTable(options)}
`;
}

function describeOutcome({ proof, seed, seconds, proven, checks = [] }: Outcome): string {
  const rows = checks.map(({ what, found, must, holds: isFine, control }) => [
    isFine ? '✓' : '✗',
    what,
    found,
    must,
    control === undefined
      ? ''
      : `${control.found} ${control.fails ? '(fails, as it should)' : '(✗ does not fail)'}`,
  ]);
  const head = ['', '', 'found', 'must be', 'control'];
  return `
${proof}, seed ${seed}, ${seconds} s: ${proven ? 'proven' : 'NOT PROVEN'}

${formatTable([head, ...rows])}
`;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? String(error.stack) : String(error)}\n`);
    process.exit(1);
  },
);
