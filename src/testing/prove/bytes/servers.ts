import { join } from 'node:path';
import { projectRoot } from '../../../config/project-root.ts';
import { freePort } from '../../../dev/processes/free-port.ts';
import { spawnGuarded } from '../../../dev/processes/guarded-child.ts';
import { untilUp } from '../../../dev/processes/until-up.ts';
import { compiledProgram } from '../../../dev/compiled.ts';
import { randomAppName } from '../../gateway.ts';
import { startChildGateway } from '../child-gateway.ts';
import type { ProofContext } from '../proof.ts';
import type { Stage } from '../stage.ts';
import type { Asked } from './requests.ts';

/** Their URLs. */
export interface Servers {
  readonly kept: string;
  /** The same, where whoever asks is limited. */
  readonly limited: string;
  /** Keeps no answers. */
  readonly made: string;
  readonly bare: string;
  readonly answerBytes: number;
}

/** A machine that is busy is no outage, and sends no session to Postgres. */
const patience = {
  ...{ REDIS_DEADLINE_MS: '5000', REQUEST_DEADLINE_MS: '20000' },
  ...{ POOL_WAIT_MS: '5000', STRICT_LICENCE_MS: '10000' },
};
/** So high that nobody is refused. */
const limit = { RATE_LIMIT: '1000000000' };

/** Processes of their own; the bare one answers what a gateway has answered. */
export async function startServers(
  context: Pick<ProofContext, 'resources'>,
  stage: Stage,
  request: Asked,
): Promise<Servers> {
  const app = randomAppName();
  const start = (name: string, env: Readonly<Record<string, string>>) =>
    startChildGateway(context, stage, {
      ...{ name: `${name}-${request.name}`, app },
      env: { NODE_ENV: 'production', ...patience, ...env },
    });
  const [kept, limited, made] = await Promise.all([
    start('kept', {}),
    start('limited', limit),
    start('made', { RESPONSE_CACHE_MB: '0' }),
  ]);
  const response = await fetch(`${made}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: request.body,
    signal: AbortSignal.timeout(15_000),
  });
  const body = await response.text();
  const bare = await startBare(context, stage, `bare-${request.name}`, body);
  return { kept, limited, made, bare, answerBytes: Buffer.byteLength(body) };
}

async function startBare(
  { resources }: Pick<ProofContext, 'resources'>,
  stage: Stage,
  name: string,
  body: string,
): Promise<string> {
  const port = await freePort();
  const file = await compiledProgram('src/testing/prove/bytes/bare-server.ts');
  const logFile = join(stage.dataDir, `${name}.log`);
  const child = await resources.open(
    () =>
      spawnGuarded({
        ...{ name, command: process.execPath, args: [file], cwd: projectRoot(import.meta.url) },
        env: { PATH: process.env['PATH'], PORT: String(port), BODY: body },
        stopSignal: 'SIGTERM',
        logFile,
      }),
    (opened) => opened.stop(),
  );
  const url = `http://127.0.0.1:${port}`;
  const isUp = () =>
    fetch(`${url}/metrics`).then(
      ({ ok }) => ok,
      () => false,
    );
  await untilUp(child, { name, isUp, everyMs: 20, withinMs: 15_000, logFile });
  return url;
}
