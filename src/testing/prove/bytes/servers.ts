import { randomAppName } from '../../gateway.ts';
import { startChildGateway } from '../child-gateway.ts';
import type { ProofContext } from '../proof.ts';
import type { Stage } from '../stage.ts';
import { startBare } from '../start-bare.ts';
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
  const bare = await startBare(context, stage, `bare-${request.name}`, {
    status: 200,
    headers: [['content-type', 'application/json']],
    body,
  });
  return { kept, limited, made, bare, answerBytes: Buffer.byteLength(body) };
}
