import { waitUntil } from '../../dev/processes/wait-until.ts';
import type { GatewayOptions } from '../gateway.ts';
import { startMortalGateway, type MortalGateway } from './child-gateway.ts';
import type { ProofContext } from './proof.ts';
import type { Stage } from './stage.ts';

/** A process that only follows the log, or is the spare of the one that does. */
export interface Worker extends MortalGateway {
  readonly isFollowing: () => Promise<boolean>;
  /** Resolves when it is the one that follows. */
  readonly follows: () => Promise<void>;
}

interface WorkerOptions {
  readonly app: string;
  /** Names its log. */
  readonly name?: string;
  readonly servers?: GatewayOptions['servers'];
}

const followsWithinMs = 30_000;

export async function startWorker(
  context: Pick<ProofContext, 'resources'>,
  stage: Stage,
  { app, name = 'worker', servers = stage.servers }: WorkerOptions,
): Promise<Worker> {
  // A machine that is busy is no outage.
  const env = { REDIS_DEADLINE_MS: '5000', ROLES: 'worker' };
  const gateway = await startMortalGateway(context, stage, { name, app, env, servers });
  const isFollowing = async () => /^gateway_backstop_active 1$/m.test(await metricsOf(gateway));
  return {
    ...gateway,
    isFollowing,
    async follows() {
      if (await waitUntil(isFollowing, { everyMs: 20, timeoutMs: followsWithinMs })) return;
      throw new Error(`a worker did not follow the log within ${followsWithinMs} ms`);
    },
  };
}

async function metricsOf({ url }: MortalGateway): Promise<string> {
  const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) });
  return response.text();
}
