import { open } from 'node:fs/promises';
import type { GuardedChild } from './guarded-child.ts';
import { StackProblem } from './stack-problem.ts';
import { waitUntil } from './wait-until.ts';

interface Start {
  /** How messages call the server. */
  readonly name: string;
  readonly isUp: () => Promise<boolean>;
  readonly everyMs: number;
  readonly withinMs: number;
  readonly logFile: string;
}

/** Resolves when a server that was started is up. Else it is ended, and a `StackProblem` tells how its log ends. */
export async function untilUp(child: GuardedChild, start: Start): Promise<void> {
  const { name, isUp, everyMs, withinMs, logFile } = start;
  const look = async () => (child.exit() ? 'exited' : (await isUp()) && 'up');
  const outcome = await waitUntil(look, { everyMs, timeoutMs: withinMs });
  if (outcome === 'up') return;
  await child.stop();
  const what = outcome === 'exited' ? 'ended while starting' : `was not ready within ${withinMs / 1_000} s`;
  throw new StackProblem(`${name} ${what}; its log ${logFile} ends with: ${await lastLines(logFile)}`);
}

const TAIL_BYTES = 4_096;
const TAIL_LINES = 6;

export async function lastLines(file: string): Promise<string> {
  const log = await open(file, 'r');
  try {
    const { size } = await log.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer } = await log.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8').trim().split('\n').slice(-TAIL_LINES).join(' | ');
  } finally {
    await log.close();
  }
}
