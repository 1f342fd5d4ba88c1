import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../config/project-root.ts';
import { makeTemporaryFolder } from '../../dev/processes/reachable-folder.ts';
import { findServiceUser } from '../../dev/processes/service-user.ts';
import { alive, familyOf, startProgram, type Program } from '../processes.ts';
import type { Proof, ProofContext } from './proof.ts';

const run = promisify(execFile);
const longMs = 15 * 60_000;

/** The README's two commands in a fresh clone, and its look at the graph from a shell. */
export const newcomer: Proof = {
  name: 'newcomer',
  about:
    'In a fresh clone the README’s two commands work, its look from a shell works, and nothing is left running.',
  takes: '4 min',
  options: {},
  async run(context) {
    const folder = await context.resources.open(
      async () => makeTemporaryFolder('tributary-newcomer-', await findServiceUser()),
      (opened) => rm(opened, { recursive: true, force: true, maxRetries: 5 }),
    );
    const clone = path.join(folder, 'clone');
    await context.step('Clone', () => run('git', ['clone', '--quiet', projectRoot(import.meta.url), clone]));
    const install = await timed(context, 'npm ci', () => npm(clone, 'ci'));
    const cold = await start(context, clone, 'npm start, cold');
    const warm = await start(context, clone, 'npm start, warm');
    const test = await timed(context, 'npm test', () => npm(clone, 'test'));
    await rm(path.join(clone, 'package-lock.json'));
    const broken = await timed(context, 'npm ci without a lock', () => npm(clone, 'ci'));
    return {
      figures: {
        installMs: install.ms,
        cold,
        warm,
        testMs: test.ms,
        ...(test.code === 0 ? {} : { said: test.last }),
      },
      checks: [
        {
          what: 'npm ci',
          found: install.code === 0 ? inSeconds(install.ms) : `exit ${install.code}`,
          must: 'exit 0',
          holds: install.code === 0,
          control: { found: `exit ${broken.code} without a lock file`, fails: broken.code !== 0 },
        },
        ...[cold, warm].map((started) => ({
          what: started.what,
          found: `${inSeconds(started.ms)}, ${started.answered ? 'answers' : 'no answer'}, ${started.left} left running`,
          must: 'answers, 0 left running',
          holds: started.answered && started.left === 0,
        })),
        {
          what: 'npm test',
          found: test.code === 0 ? inSeconds(test.ms) : `exit ${test.code}`,
          must: 'exit 0 in 600 s',
          holds: test.code === 0 && test.ms < 600_000,
        },
      ],
    };
  },
};

interface Timed {
  readonly ms: number;
  readonly code: number;
  /** What it said last. */
  readonly last: string;
}

async function timed(context: ProofContext, what: string, work: () => Program): Promise<Timed> {
  return context.step(what, async () => {
    const startedAt = performance.now();
    const program = work();
    const { code } = await program.ended;
    const last = program.output().slice(-4_000);
    return { ms: Math.round(performance.now() - startedAt), code: code ?? -1, last };
  });
}

async function start(context: ProofContext, clone: string, what: string) {
  return context.step(what, async () => {
    const startedAt = performance.now();
    const program = npm(clone, 'start');
    const [, url = ''] = await program.until(/GraphQL\s+(http:\S+)\/graphql/, longMs);
    const ms = Math.round(performance.now() - startedAt);
    const shown = await lookFromShell(clone, url);
    const family = familyOf(program.pid);
    process.kill(program.pid, 'SIGTERM');
    await program.ended;
    return {
      what,
      ms,
      answered: shown.includes('"name":"Quiet Atlas"') && shown.includes('{"viewer":{"username":"alice"}}'),
      left: alive(family).length,
    };
  });
}

const npm = (cwd: string, ...args: readonly string[]): Program =>
  startProgram(['npm', ...args], { PORT: '0' }, cwd);

/** What the README of the clone says to type, against a gateway that is not on its port. */
export async function lookFromShell(root: string, url: string): Promise<string> {
  const [commands = 'exit 1'] = await curlsOf(root, url);
  const { stdout } = await run('sh', ['-euc', commands], { timeout: 30_000 });
  return stdout;
}

/** The short link that it says to follow; the header that says where to. */
export async function followFromShell(root: string, url: string): Promise<string> {
  const [, , redirect = 'exit 1'] = await curlsOf(root, url);
  const { stdout } = await run('sh', ['-euc', redirect], { timeout: 30_000 });
  return stdout;
}

/** The document that it says to ask for by id. */
export async function askByIdFromShell(root: string, url: string): Promise<string> {
  const [, , , byId = 'exit 1'] = await curlsOf(root, url);
  const { stdout } = await run('sh', ['-euc', byId], { timeout: 30_000 });
  return stdout;
}

/** What it says to type first, and then its live stream, which goes on until it is killed. */
export async function listenFromShell(root: string, url: string): Promise<Program> {
  const [commands = 'exit 1', stream = 'exit 1'] = await curlsOf(root, url);
  return startProgram(['sh', '-euc', commands + stream], {});
}

/** The variables with which it says to start a gateway that takes registered documents alone. */
export async function enforcingVariables(root: string): Promise<Readonly<Record<string, string>>> {
  const readme = await readFile(path.join(root, 'README.md'), 'utf8');
  const [, variables = ''] = /^((?:[A-Z_]+=\S+ )+)npm start\b/m.exec(readme) ?? [];
  return Object.fromEntries(
    variables
      .trim()
      .split(' ')
      .map((each) => each.split('=') as [string, string]),
  );
}

async function curlsOf(root: string, url: string): Promise<readonly string[]> {
  const readme = await readFile(path.join(root, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
  return blocks
    .filter((text) => text.startsWith('curl'))
    .map((text) => text.replaceAll('http://127.0.0.1:4000', url));
}

const inSeconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
