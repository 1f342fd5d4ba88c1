import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../config/project-root.ts';
import { freePort } from '../../dev/processes/free-port.ts';
import { spawnGuarded } from '../../dev/processes/guarded-child.ts';
import { untilUp } from '../../dev/processes/until-up.ts';
import { gatewayEnvironment, type GatewayOptions } from '../gateway.ts';
import type { ProofContext } from './proof.ts';
import { compiledProgram } from '../../dev/compiled.ts';
import { readiness, type Stage } from './stage.ts';

interface ChildOptions extends Omit<GatewayOptions, 'overrides' | 'servers'> {
  /** Names its log. */
  readonly name: string;
  readonly servers?: GatewayOptions['servers'];
  /** `src/main.ts` when not given. */
  readonly program?: string;
  /** A module of this project that is loaded before it. */
  readonly preload?: string;
  readonly nodeArguments?: readonly string[];
}

/** Perhaps beside a whole test run. */
const startsWithinMs = 60_000;

/** A gateway as it runs in production: a process of its own, from `src/main.ts`. Resolves to its URL when it is ready. */
export async function startChildGateway(
  context: Pick<ProofContext, 'resources'>,
  stage: Stage,
  options: ChildOptions,
): Promise<string> {
  return (await startMortalGateway(context, stage, options)).url;
}

export interface MortalGateway {
  readonly url: string;
  /** `kill -9`. */
  readonly kill: () => void;
  /** `SIGSTOP` leaves its connections open and silent. */
  readonly signal: (name: NodeJS.Signals) => void;
  /** Asks it to end, and waits until it has. */
  readonly stop: () => Promise<void>;
}

/** The same, for proofs of what happens when it is killed. */
export async function startMortalGateway(
  { resources }: Pick<ProofContext, 'resources'>,
  stage: Stage,
  {
    name,
    servers = stage.servers,
    program = 'src/main.ts',
    preload,
    nodeArguments = [],
    ...options
  }: ChildOptions,
): Promise<MortalGateway> {
  const port = await freePort();
  const logFile = join(stage.dataDir, `${name}.log`);
  const file = await compiledProgram(program);
  const before =
    preload === undefined ? [] : ['--import', pathToFileURL(await compiledProgram(preload)).href];
  const child = await resources.open(
    () =>
      spawnGuarded({
        name,
        command: process.execPath,
        args: [...nodeArguments, ...before, file],
        cwd: projectRoot(import.meta.url),
        env: {
          PATH: process.env['PATH'],
          ...gatewayEnvironment({ ...options, servers }),
          LOG_LEVEL: 'warn',
          PORT: String(port),
        },
        stopSignal: 'SIGTERM',
        logFile,
      }),
    (opened) => opened.stop(),
  );
  const url = `http://127.0.0.1:${port}`;
  const isUp = async () => (await readiness(url).catch(() => undefined))?.status === 'ready';
  await untilUp(child, { name, isUp, everyMs: 10, withinMs: startsWithinMs, logFile });
  const signal = (signalName: NodeJS.Signals) => void child.kill(signalName);
  return { url, kill: () => signal('SIGKILL'), signal, stop: () => child.stop() };
}
