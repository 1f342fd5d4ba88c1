import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runToEnd } from '../processes/run-to-end.ts';
import { errorCode } from '../processes/stack-problem.ts';

/** A program to run. */
export interface Binary {
  readonly command: string;
  /** Where its libraries are, when it was unpacked beside them and not installed. */
  readonly libraryPath?: string;
}

/** A server that the distribution packs. */
export interface Packed {
  /** Names its folder in the cache. */
  readonly folder: string;
  /** In the order in which they are tried: a release may have one and not the other. */
  readonly servers: readonly {
    /** From the root, such as `usr/bin/redis-server`. */
    readonly program: string;
    readonly packages: readonly string[];
  }[];
  /** Makes it end at once, and well, where it can run. */
  readonly probe: readonly string[];
}

export type Fetched = { readonly binary: Binary } | { readonly reason: string };

const APT_TIMEOUT_MS = 120_000;

/** The server an earlier run unpacked here, or undefined. */
export async function fetchedBefore(packed: Packed, cacheDir: string): Promise<Binary | undefined> {
  const folder = join(cacheDir, packed.folder);
  return existsSync(folder) ? binaryIn(folder, packed) : undefined;
}

/**
 * On Debian and its kin, downloads the distribution's package and the libraries this machine lacks and unpacks them
 * in the cache: nothing is installed, no root is needed. Elsewhere, or without a network, gives the reason why not.
 */
export async function fetchPacked(packed: Packed, cacheDir: string): Promise<Fetched> {
  if (!existsSync('/usr/bin/apt-get') || !existsSync('/usr/bin/dpkg')) {
    return { reason: 'none on PATH, and no apt to fetch it with' };
  }
  await mkdir(cacheDir, { recursive: true });
  const draft = join(cacheDir, `${packed.folder}.${randomBytes(6).toString('hex')}`);
  await mkdir(draft);
  try {
    return await fetchInto(draft, packed, cacheDir);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function fetchInto(draft: string, packed: Packed, cacheDir: string): Promise<Fetched> {
  // First with the package lists the system has, then with fresh ones of our own.
  let reason = 'the package lists offer none';
  for (const apt of [systemApt(), privateApt(draft)]) {
    const prepared = await apt.prepare();
    if (prepared !== undefined) return { reason: prepared };
    for (const { packages } of packed.servers) {
      const failure = await download(apt, packages, draft);
      if (failure === undefined) return unpack(draft, packed, cacheDir);
      reason = failure;
    }
  }
  return { reason };
}

interface Apt {
  readonly options: readonly string[];
  /** Gives the reason when it cannot be used. */
  prepare(): Promise<string | undefined>;
}

function systemApt(): Apt {
  return { options: [], prepare: () => Promise.resolve(undefined) };
}

/** Package lists in our own folder, so that `apt-get update` needs no root and changes nothing of the system. */
function privateApt(draft: string): Apt {
  const lists = join(draft, 'lists');
  const options = ['-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${join(draft, 'cache')}`];
  const asOurselves = ['-o', `APT::Sandbox::User=${process.env['USER'] ?? 'root'}`];
  return {
    options: [...options, ...asOurselves],
    prepare: async () => {
      await mkdir(join(lists, 'partial'), { recursive: true });
      await mkdir(join(draft, 'cache', 'archives', 'partial'), { recursive: true });
      const { code, stderr } = await run('apt-get', [...options, ...asOurselves, 'update'], draft);
      return code === 0 ? undefined : `apt-get update failed: ${firstLine(stderr)}`;
    },
  };
}

async function download(apt: Apt, packages: readonly string[], folder: string): Promise<string | undefined> {
  const libraries = await missingLibraries(apt, packages, folder);
  const { code, stderr } = await run(
    'apt-get',
    [...apt.options, 'download', ...packages, ...libraries],
    folder,
  );
  return code === 0 ? undefined : `apt-get download failed: ${firstLine(stderr)}`;
}

/** The libraries the packages name that are not installed; their names differ between releases. */
async function missingLibraries(
  apt: Apt,
  packages: readonly string[],
  folder: string,
): Promise<readonly string[]> {
  const { stdout } = await run('apt-cache', [...apt.options, 'depends', '--important', ...packages], folder);
  const libraries = [...stdout.matchAll(/^\s*\|?(?:Pre)?Depends: (lib[^\s:<>]+)/gm)].map(
    (match) => match[1] ?? '',
  );
  const wanted = [...new Set(libraries)].filter((name) => name !== '' && name !== 'libc6');
  const installed = await Promise.all(wanted.map((name) => isInstalled(name, folder)));
  return wanted.filter((_, index) => installed[index] === false);
}

async function isInstalled(name: string, folder: string): Promise<boolean> {
  const { code, stdout } = await run('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], folder);
  return code === 0 && stdout.includes('installed') && !stdout.includes('not-installed');
}

async function unpack(draft: string, packed: Packed, cacheDir: string): Promise<Fetched> {
  const root = join(draft, 'root');
  await mkdir(root);
  const archives = (await readdir(draft)).filter((name) => name.endsWith('.deb'));
  for (const archive of archives) {
    const { code, stderr } = await run('dpkg', ['-x', archive, root], draft);
    if (code !== 0) return { reason: `dpkg -x ${archive} failed: ${firstLine(stderr)}` };
  }
  // dpkg takes the mode of the top folder from the archive or the umask; the server runs as another account.
  await chmod(root, 0o755);
  const binary = await binaryIn(root, packed);
  if (!binary) return { reason: 'the packages hold no server' };
  const { code, stderr } = await runToEnd(binary.command, packed.probe, { env: libraryEnv(binary) });
  if (code !== 0) return { reason: `the fetched server does not run: ${firstLine(stderr)}` };
  return publish(root, packed, cacheDir);
}

/** Another run may have been faster; then its copy is as good as ours. */
async function publish(root: string, packed: Packed, cacheDir: string): Promise<Fetched> {
  try {
    await rename(root, join(cacheDir, packed.folder));
  } catch (error) {
    if (!['EEXIST', 'ENOTEMPTY'].includes(errorCode(error) ?? '')) throw error;
  }
  const binary = await fetchedBefore(packed, cacheDir);
  return binary
    ? { binary }
    : { reason: `${join(cacheDir, packed.folder)} holds no server: remove it and try again` };
}

/** The environment a fetched server needs to find its libraries. */
export function libraryEnv({ libraryPath }: Binary): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], ...(libraryPath !== undefined && { LD_LIBRARY_PATH: libraryPath }) };
}

async function binaryIn(root: string, { servers }: Packed): Promise<Binary | undefined> {
  for (const { program } of servers) {
    const command = join(root, program);
    if (existsSync(command)) return { command, libraryPath: await libraryFolders(root) };
  }
  return undefined;
}

/** `lib` and `usr/lib`, each with the folder of the machine's architecture (such as x86_64-linux-gnu). */
async function libraryFolders(root: string): Promise<string> {
  const tops = [join(root, 'usr', 'lib'), join(root, 'lib')].filter((folder) => existsSync(folder));
  const folders = await Promise.all(
    tops.map(async (top) => {
      const entries = await readdir(top, { withFileTypes: true });
      const triplets = entries.filter((entry) => entry.isDirectory() && entry.name.includes('-linux-'));
      return [...triplets.map((entry) => join(top, entry.name)), top];
    }),
  );
  return folders.flat().join(':');
}

function run(command: string, args: readonly string[], cwd: string) {
  return runToEnd(command, args, { cwd, timeoutMs: APT_TIMEOUT_MS, env: { ...process.env, LC_ALL: 'C' } });
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
