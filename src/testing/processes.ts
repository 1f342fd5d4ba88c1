import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { projectRoot } from '../config/project-root.ts';

/** A program of this project as a child process, with what it printed. */
export interface Program {
  readonly child: ChildProcess;
  readonly pid: number;
  output(): string;
  /** Resolves to the match once the output has it. Rejects when the program ends before, or after `withinMs`. */
  until(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Starts `command` with exactly this environment, besides what any program needs. */
export function startProgram(
  command: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
  cwd = projectRoot(import.meta.url),
): Program {
  const [file, ...args] = command;
  let printed = '';
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(file, args, {
    cwd,
    env: { ...(PATH && { PATH }), ...(HOME && { HOME }), ...(TMPDIR && { TMPDIR }), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return {
    child,
    pid: child.pid ?? 0,
    output: () => printed,
    ended,
    until: (pattern, withinMs = 30_000) =>
      new Promise((resolve, reject) => {
        const finish = (settle: () => void) => {
          clearTimeout(timer);
          listeners.delete(look);
          settle();
        };
        const look = () => {
          const match = pattern.exec(printed);
          if (match !== null) finish(() => resolve(match));
        };
        const give = (why: string) =>
          finish(() => reject(new Error(`${why} before ${pattern.source}:\n${printed}`)));
        const timer = setTimeout(() => give('time was up'), withinMs);
        listeners.add(look);
        void ended.then(() => {
          look();
          give('it ended');
        });
        look();
      }),
  };
}

/** The process and everything below it. */
export function familyOf(pid: number): readonly number[] {
  const table = execFileSync('ps', ['-ax', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const family = [pid];
  for (const member of family)
    family.push(...table.filter(([, parent]) => parent === member).map(([child]) => child));
  return family;
}

/** Those of the processes that still run; zombies, which only wait to be reaped, do not. */
export function alive(pids: readonly number[]): readonly number[] {
  const running = execFileSync('ps', ['-ax', '-o', 'pid=,stat='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, state]) => state?.startsWith('Z') !== true)
    .map(([pid]) => Number(pid));
  return pids.filter((pid) => running.includes(pid));
}
