import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { freePort } from '../processes/free-port.ts';
import { libraryEnv, type Binary } from '../packages/debian.ts';
import { spawnGuarded } from '../processes/guarded-child.ts';
import { makeOwnedFolder, writeOwnedFile } from '../processes/owned-files.ts';
import { canReach, chooseCacheRoot } from '../processes/reachable-folder.ts';
import { runToEnd } from '../processes/run-to-end.ts';
import { findServiceUser, type ServiceUser } from '../processes/service-user.ts';
import { StackProblem } from '../processes/stack-problem.ts';
import { untilUp } from '../processes/until-up.ts';
import { nginxConfiguration, toUpstreams } from './configuration.ts';
import { findNginx } from './find-nginx.ts';

export interface NginxOptions {
  /** Made when missing. */
  readonly dataDir: string;
  /** A free one when not given. */
  readonly port?: number | undefined;
  /** Such as `127.0.0.1:4001`. */
  readonly gateways: readonly string[];
}

export interface NginxServer {
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 3_000;

/** Starts nginx on 127.0.0.1 with the shipped configuration; resolves when it listens. `StackProblem` when there is none. */
export async function startNginx({ dataDir, gateways, ...options }: NginxOptions): Promise<NginxServer> {
  const port = options.port ?? (await freePort());
  const user = await findServiceUser();
  const binary = await findNginx({
    serverBin: process.env['NGINX_BIN'],
    cacheDir: await chooseCacheRoot(user),
  });
  // Without root it changes no account; as root without another account that reaches it, it has one of its own.
  const runAs = (await canReach(dirname(binary.command), user)) ? user : undefined;
  await mkdir(dataDir, { recursive: true });
  await makeOwnedFolder(dataDir, runAs);
  const file = join(dataDir, 'nginx.conf');
  const text = await nginxConfiguration({
    ...toUpstreams(gateways),
    NGINX_LISTEN: `127.0.0.1:${port}`,
    NGINX_TLS: join(dataDir, 'tls', '*.conf'),
    NGINX_RUN_DIR: dataDir,
    NGINX_ACCESS_LOG: join(dataDir, 'access.log'),
  });
  await writeOwnedFile(file, text, runAs);
  await checkConfiguration(binary, file, runAs);
  const logFile = `${dataDir}.log`;
  const child = await spawnGuarded({
    name: 'nginx',
    command: binary.command,
    args: [...argumentsFor(file), '-g', 'daemon off;'],
    cwd: '/',
    env: libraryEnv(binary),
    runAs,
    stopSignal: 'SIGTERM',
    stopTimeoutMs: STOP_TIMEOUT_MS,
    logFile,
  });
  await untilUp(child, {
    ...{ name: 'nginx', isUp: () => isListening(port), logFile },
    ...{ everyMs: 10, withinMs: READY_TIMEOUT_MS },
  });
  return { port, url: `http://127.0.0.1:${port}`, stop: () => child.stop() };
}

/** `nginx -t`. Throws `StackProblem` with what it says. */
export async function checkConfiguration(binary: Binary, file: string, runAs?: ServiceUser): Promise<void> {
  const { code, stderr } = await runToEnd(binary.command, [...argumentsFor(file), '-t'], {
    cwd: '/',
    env: libraryEnv(binary),
    runAs,
  });
  if (code !== 0) throw new StackProblem(`nginx refuses its configuration: ${stderr.trim()}`);
}

/** Nothing of the system's own nginx is touched. */
const argumentsFor = (file: string) => ['-e', 'stderr', '-p', dirname(file), '-c', file];

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
