import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { lockHolder } from '../../dev/processes/folder-lock.ts';
import { findMemoryFolder } from '../servers/memory-folder.ts';
import { processIdentity } from '../../dev/processes/process-identity.ts';
import { proofs } from './proofs.ts';

const program = join(import.meta.dirname, 'prove.ts');

function prove(...args: readonly string[]) {
  return spawn(process.execPath, ['--import', 'tsx', program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function outcomeOf(child: ReturnType<typeof prove>) {
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { out, err, code };
}

describe('npm run prove', () => {
  it('lists the proofs, with their options', async () => {
    const { out, code } = await outcomeOf(prove());
    expect(code).toBe(0);
    for (const { name, about, takes } of proofs)
      for (const part of [name, about, takes]) expect(out).toContain(part);
    expect(out).toContain('--rounds N');
  });

  it('tells an unknown proof in one line', async () => {
    const { out, err, code } = await outcomeOf(prove('stale-prices'));
    expect({ out, code }).toEqual({ out: '', code: 2 });
    expect(err).toMatch(/^There is no proof "stale-prices"; there are .*stale-price, .*, all\.\n$/);
  });

  it('stops at SIGINT and leaves no server and no folder behind', { timeout: 60_000 }, async () => {
    const child = prove('stale-price', '--json');
    const outcome = outcomeOf(child);
    await untilSaid(child, /Data/);
    const [folder = ''] = await foldersHeldBy(child.pid);
    const servers = await serversIn(folder);
    expect(servers).toHaveLength(3);
    child.kill('SIGINT');
    expect(await outcome).toMatchObject({ code: 130, out: '' });
    expect(await Promise.all(servers.map(processIdentity))).toEqual([undefined, undefined, undefined]);
    expect(existsSync(folder)).toBe(false);
  });
});

async function foldersHeldBy(pid: number | undefined): Promise<readonly string[]> {
  const place = (await findMemoryFolder()) ?? tmpdir();
  const names = (await readdir(place)).filter((name) => name.startsWith('tributary-test-'));
  const folders = names.map((name) => join(place, name));
  const holders = await Promise.all(folders.map((folder) => lockHolder(folder).catch(() => undefined)));
  return folders.filter((_, index) => holders[index] === pid);
}

/** Pids, as the servers themselves wrote them down. */
async function serversIn(folder: string): Promise<readonly number[]> {
  const files = ['primary/postmaster.pid', 'replica_1/postmaster.pid', 'redis/server.pid'];
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.map((pid) => Number.parseInt(pid, 10));
}

async function untilSaid(child: ReturnType<typeof prove>, pattern: RegExp): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (pattern.test(said)) resolve();
    });
    child.once('exit', () => reject(new Error(`ended early: ${said}`)));
  });
}
