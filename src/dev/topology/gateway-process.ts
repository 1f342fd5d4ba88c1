import { projectRoot } from '../../config/project-root.ts';
import { compiledProgram } from '../compiled.ts';
import { freePort } from '../processes/free-port.ts';
import { spawnGuarded, type Exit, type GuardedChild } from '../processes/guarded-child.ts';
import { untilUp } from '../processes/until-up.ts';

/** A gateway or a worker as it runs in production, which is stopped and started again at the same address. */
export interface GatewayProcess {
  readonly name: string;
  /** Such as `127.0.0.1:20001`. */
  readonly address: string;
  readonly url: string;
  pid(): number;
  /** Resolves when `/readyz` answers with 200. */
  start(): Promise<void>;
  /** Asks it to end; resolves when it has, to undefined where it was never started. */
  stop(): Promise<Exit | undefined>;
  /** `kill -9`. */
  kill(): Promise<void>;
}

export interface GatewayProcessOptions {
  readonly name: string;
  /** All that it knows of its surroundings, but where it listens. */
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** A free one when not given. */
  readonly port?: number | undefined;
}

const READY_TIMEOUT_MS = 60_000;
const ASK_TIMEOUT_MS = 1_000;
/** Above SHUTDOWN_SECONDS, for it is to end by itself. */
const STOP_TIMEOUT_MS = 15_000;

/** Not started yet. */
export async function createGatewayProcess(options: GatewayProcessOptions): Promise<GatewayProcess> {
  const { name, env, logFile } = options;
  const port = options.port ?? (await freePort());
  const address = `127.0.0.1:${port}`;
  const url = `http://${address}`;
  let child: GuardedChild | undefined;

  const running = (): GuardedChild => {
    if (child === undefined) throw new Error(`${name} was never started`);
    return child;
  };

  return {
    name,
    address,
    url,
    pid: () => running().pid,
    async start() {
      child = await spawnGuarded({
        name,
        command: process.execPath,
        args: ['--enable-source-maps', await compiledProgram('src/main.ts')],
        cwd: projectRoot(import.meta.url),
        env: { PATH: process.env['PATH'], ...env, PORT: String(port) },
        stopSignal: 'SIGTERM',
        stopTimeoutMs: STOP_TIMEOUT_MS,
        logFile,
      });
      await untilUp(child, {
        ...{ name, isUp: () => isReady(url), logFile },
        ...{ everyMs: 25, withinMs: READY_TIMEOUT_MS },
      });
    },
    async stop() {
      await child?.stop();
      return child?.exited;
    },
    async kill() {
      running().kill('SIGKILL');
      await running().stop();
    },
  };
}

/** It can answer; what it does without is its own to tell. */
async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
