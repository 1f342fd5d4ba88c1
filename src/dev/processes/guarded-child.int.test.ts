import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { spawnGuarded } from './guarded-child.ts';
import { processIdentity } from './process-identity.ts';
import { freezeTree } from './process-tree.ts';
import { waitUntil } from './wait-until.ts';

const PATIENCE = { everyMs: 10, timeoutMs: 5_000 };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guarded-child-'));
});
afterAll(() => rm(folder, { recursive: true }));

const sleeper = (script = 'exec sleep 60') => ({
  name: 'Sleeper',
  command: '/bin/sh',
  args: ['-c', script],
  cwd: '/',
  env: { PATH: process.env['PATH'] },
  stopSignal: 'SIGINT' as const,
  logFile: join(folder, 'sleeper.log'),
});

it('ends by its stop signal', async () => {
  const child = await spawnGuarded(sleeper());
  await child.stop();
  expect(child.exit()).toEqual({ code: null, signal: 'SIGINT' });
  expect(child.kill('SIGTERM')).toBe(false);
});

it('is killed when it does not end in time', async () => {
  const child = await spawnGuarded({
    ...sleeper('trap "" INT; while :; do sleep 1; done'),
    stopTimeoutMs: 100,
  });
  // The signal must not come before the shell has set its trap.
  await new Promise((resolve) => setTimeout(resolve, 100));
  await child.stop();
  expect(child.exit()).toEqual({ code: null, signal: 'SIGKILL' });
});

it('ends, even frozen, when Node is killed with -9', async () => {
  const script = `
    import { spawnGuarded } from ${JSON.stringify(join(import.meta.dirname, 'guarded-child.ts'))};
    const child = await spawnGuarded(${JSON.stringify(sleeper())});
    console.log(child.pid);
    setInterval(() => undefined, 1000);
  `;
  const node = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve) => {
    node.stdout.once('data', (bytes: Buffer) => resolve(Number(bytes.toString())));
  });
  expect(await processIdentity(pid)).toBeDefined();
  await freezeTree(pid);

  node.kill('SIGKILL');
  expect(await waitUntil(async () => (await processIdentity(pid)) === undefined, PATIENCE)).toBe(true);
});
