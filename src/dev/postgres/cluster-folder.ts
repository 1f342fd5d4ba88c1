import { randomBytes } from 'node:crypto';
import { open, readFile, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { copyTree, makeOwnedFolder, writeOwnedFile } from '../processes/owned-files.ts';
import { runToEnd } from '../processes/run-to-end.ts';
import { StackProblem, errorCode } from '../processes/stack-problem.ts';
import { findPostgres } from './binaries.ts';

const INITDB_TIMEOUT_MS = 120_000;
const DRAFT_MARK = '.unfinished-';

/** Folders and files a copy must not take along: they describe the running server, not its data. */
const NOT_COPIED =
  /^(postmaster\.(pid|opts)|standby\.signal|recovery\.signal|backup_label|postgresql\.auto\.conf\.tmp)$/;
const EMPTIED = /^(pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)\//;
const TEMPORARY = /(^|\/)(pgsql_tmp[^/]*|pg_internal\.init)$/;

/**
 * Makes the data folder of a primary if there is none, and says whether it did.
 * It is built aside and renamed when complete, so one that a killed run left half-made is never mistaken for data.
 */
export async function initialiseCluster(dataDir: string): Promise<'made' | 'found'> {
  if (await isCluster(dataDir)) return 'found';
  await buildAside(dataDir, async (draft) => {
    const { initdb, runAs } = await findPostgres();
    await makeOwnedFolder(draft, runAs);
    const flags = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C'];
    const builtinLocale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const { code, stderr } = await runToEnd(initdb, ['-D', draft, ...flags, ...builtinLocale, '--no-sync'], {
      cwd: '/',
      env: { PATH: process.env['PATH'], LANG: 'C', TZ: 'UTC' },
      runAs,
      timeoutMs: INITDB_TIMEOUT_MS,
    });
    if (code !== 0)
      throw new StackProblem(`initdb failed for ${dataDir}: ${stderr.trim().split('\n').join(' | ')}`);
  });
  return 'made';
}

/** Whether the folder holds data this Postgres can open; `StackProblem` when it was made by another major version. */
export async function isCluster(dataDir: string): Promise<boolean> {
  const version = await readFile(join(dataDir, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (version === undefined) return false;
  const { major, runAs } = await findPostgres();
  if (version.trim() !== major) {
    throw new StackProblem(
      `${dataDir} was made by Postgres ${version.trim()}, this one is ${major}: remove the folder, or choose another.`,
    );
  }
  const { uid } = await stat(dataDir);
  if (runAs && uid !== runAs.uid) {
    throw new StackProblem(
      `${dataDir} belongs to account number ${uid}, but Postgres runs as ${runAs.name}: ` +
        `chown -R ${runAs.name} it, or remove it.`,
    );
  }
  return true;
}

/** The number every copy of one cluster shares; undefined when the control file cannot be read. */
export async function systemIdentifier(dataDir: string): Promise<bigint | undefined> {
  const file = await open(join(dataDir, 'global', 'pg_control')).catch(() => undefined);
  if (!file) return undefined;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
    return bytesRead === 8 ? buffer.readBigUInt64LE() : undefined;
  } finally {
    await file.close();
  }
}

/** A standby's folder, copied from a primary that does not run. Replaces what was there. */
export async function copyStoppedCluster(primaryDir: string, standbyDir: string): Promise<void> {
  await copyAsStandby(primaryDir, standbyDir, { withWal: true });
}

/**
 * A standby's folder, copied from a primary that runs in backup mode; `backupLabel` is asked for when the files are
 * copied. The WAL comes over the replication link.
 */
export async function copyRunningCluster(
  primaryDir: string,
  standbyDir: string,
  backupLabel: () => Promise<string>,
): Promise<void> {
  await copyAsStandby(primaryDir, standbyDir, { withWal: false, backupLabel });
}

async function copyAsStandby(
  primaryDir: string,
  standbyDir: string,
  { withWal, backupLabel }: { readonly withWal: boolean; readonly backupLabel?: () => Promise<string> },
): Promise<void> {
  const { runAs: owner } = await findPostgres();
  const wanted = (path: string, isFolder: boolean) =>
    !NOT_COPIED.test(path) &&
    !EMPTIED.test(path) &&
    !TEMPORARY.test(path) &&
    (withWal || isFolder || !path.startsWith('pg_wal/'));

  await rm(standbyDir, { recursive: true, force: true });
  await buildAside(standbyDir, async (draft) => {
    await copyTree(primaryDir, draft, { owner, wanted });
    if (backupLabel) await writeOwnedFile(join(draft, 'backup_label'), await backupLabel(), owner);
    await writeOwnedFile(join(draft, 'standby.signal'), '', owner);
  });
}

/** Under a name of its own each time: what a killed run left may still be written to by its initdb. */
async function buildAside(dataDir: string, build: (draft: string) => Promise<void>): Promise<void> {
  await removeDrafts(dataDir);
  await removeIfEmpty(dataDir);
  const draft = `${dataDir}${DRAFT_MARK}${randomBytes(4).toString('hex')}`;
  try {
    await build(draft);
    await rename(draft, dataDir);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function removeDrafts(dataDir: string): Promise<void> {
  const [parent, prefix] = [dirname(dataDir), `${basename(dataDir)}${DRAFT_MARK}`];
  const drafts = (await readdir(parent)).filter((name) => name.startsWith(prefix));
  // One that is still written to may resist; the next start removes it.
  await Promise.all(
    drafts.map((name) => rm(join(parent, name), { recursive: true, force: true }).catch(() => false)),
  );
}

/** An empty folder may be given as the place, and not every system renames onto one; anything else in it is not ours. */
async function removeIfEmpty(dataDir: string): Promise<void> {
  try {
    await rmdir(dataDir);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw new StackProblem(
      `${dataDir} holds something that is not a Postgres data folder; it is left alone.`,
      {
        cause: error,
      },
    );
  }
}
