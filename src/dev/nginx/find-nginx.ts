import { fetchPacked, fetchedBefore, type Binary, type Fetched, type Packed } from '../packages/debian.ts';
import { findOnPath, isExecutable } from '../packages/on-path.ts';
import { StackProblem } from '../processes/stack-problem.ts';

export interface FindNginxOptions {
  /** A program to use instead of looking for one. */
  readonly serverBin?: string | undefined;
  /** Where an unpacked one is kept. */
  readonly cacheDir: string;
  /** Where it may be beside PATH; the usual folders for servers when not given. */
  readonly furtherFolders?: readonly string[];
  /** How to get one when there is none; from the distribution's package when not given. */
  readonly fetch?: (cacheDir: string) => Promise<Fetched>;
}

const PACKED: Packed = {
  folder: 'nginx',
  servers: [{ program: 'usr/sbin/nginx', packages: ['nginx'] }],
  probe: ['-v'],
};

/** An nginx to run: the one given, else an installed one, else one unpacked earlier, else one fetched with apt. */
export async function findNginx({
  serverBin,
  cacheDir,
  furtherFolders = ['/usr/sbin', '/usr/local/sbin'],
  fetch = (folder: string) => fetchPacked(PACKED, folder),
}: FindNginxOptions): Promise<Binary> {
  if (serverBin) {
    if (await isExecutable(serverBin)) return { command: serverBin };
    throw new StackProblem(`NGINX_BIN is ${serverBin}, but there is no program that can be run.`);
  }
  const installed = await findOnPath(['nginx'], furtherFolders);
  if (installed !== undefined) return { command: installed };
  const before = await fetchedBefore(PACKED, cacheDir);
  if (before !== undefined) return before;
  const fetched = await fetch(cacheDir);
  if ('binary' in fetched) return fetched.binary;
  throw new StackProblem(
    `There is no nginx to start (${fetched.reason}). Install one (apt install nginx, brew install nginx), ` +
      'or set NGINX_BIN to one.',
  );
}
