import { dirname, join } from 'node:path';
import { fetchedBefore, fetchPacked, type Binary, type Packed } from '../packages/debian.ts';
import { findOnPath } from '../packages/on-path.ts';
import { StackProblem } from '../processes/stack-problem.ts';

const PACKED: Packed = {
  folder: 'prometheus',
  servers: [{ program: 'usr/bin/prometheus', packages: ['prometheus'] }],
  probe: ['--version'],
};

/** A Prometheus that is here already, on PATH or unpacked by an earlier run; undefined where there is none. */
async function presentPrometheus(cacheDir: string): Promise<Binary | undefined> {
  const command = await findOnPath(['prometheus']);
  return command === undefined ? fetchedBefore(PACKED, cacheDir) : { command };
}

/** A Prometheus to run: one that is here, else the distribution's, unpacked into `cacheDir` without being installed. */
export async function findPrometheus(cacheDir: string): Promise<Binary> {
  const present = await presentPrometheus(cacheDir);
  if (present !== undefined) return present;
  const fetched = await fetchPacked(PACKED, cacheDir);
  if ('binary' in fetched) return fetched.binary;
  throw new StackProblem(
    `There is no Prometheus to start (${fetched.reason}). Install one (apt install prometheus, brew install prometheus), ` +
      'or put the folder of its programs on PATH.',
  );
}

/** Its tool for rules, which comes with it; undefined where no Prometheus is here. */
export async function presentPromtool(cacheDir: string): Promise<string | undefined> {
  const present = await presentPrometheus(cacheDir);
  return present && join(dirname(present.command), 'promtool');
}
