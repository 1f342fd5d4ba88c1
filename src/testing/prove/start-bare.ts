import { join } from 'node:path';
import { projectRoot } from '../../config/project-root.ts';
import { compiledProgram } from '../../dev/compiled.ts';
import { freePort } from '../../dev/processes/free-port.ts';
import { spawnGuarded } from '../../dev/processes/guarded-child.ts';
import { untilUp } from '../../dev/processes/until-up.ts';
import type { ProofContext } from './proof.ts';
import type { Stage } from './stage.ts';

/** What a bare server answers to every request. */
export interface BareAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Perhaps beside a whole test run. */
const startsWithinMs = 60_000;

/** A server that does nothing but answer, in a process of its own. Resolves to its URL when it is up. */
export async function startBare(
  { resources }: Pick<ProofContext, 'resources'>,
  stage: Stage,
  name: string,
  answer: BareAnswer,
): Promise<string> {
  const port = await freePort();
  const file = await compiledProgram('src/testing/prove/bare-server.ts');
  const logFile = join(stage.dataDir, `${name}.log`);
  const child = await resources.open(
    () =>
      spawnGuarded({
        name,
        command: process.execPath,
        args: [file],
        cwd: projectRoot(import.meta.url),
        env: { PATH: process.env['PATH'], PORT: String(port), ANSWER: JSON.stringify(answer) },
        stopSignal: 'SIGTERM',
        logFile,
      }),
    (opened) => opened.stop(),
  );
  const url = `http://127.0.0.1:${port}`;
  const isUp = () =>
    fetch(`${url}/metrics`, { signal: AbortSignal.timeout(1_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  await untilUp(child, { name, isUp, everyMs: 20, withinMs: startsWithinMs, logFile });
  return url;
}
