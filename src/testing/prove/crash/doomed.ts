import { randomAppName } from '../../gateway.ts';
import { scripts } from '../../../cache/scripts.ts';
import { createAhead } from '../ahead.ts';
import { startMortalGateway, type MortalGateway } from '../child-gateway.ts';
import type { ProofContext } from '../proof.ts';
import type { Stage } from '../stage.ts';
import { createTrap, type Trap } from './trap.ts';

/** A gateway process that will die between its commits and the first of its invalidations. */
export interface Doomed extends MortalGateway {
  /** Holds its transactions at COMMIT: by then the strict entries are claimed. */
  readonly commits: Trap;
  /** Holds its first invalidation, and all that it tells that Redis behind it. */
  readonly invalidations: Trap;
}

interface Needs {
  readonly context: Pick<ProofContext, 'resources'>;
  readonly stage: Stage;
  readonly app: string;
  /** Claims no strict entries. */
  readonly isUnmarked: boolean;
}

/** A machine that is busy is no outage. */
export const patient = {
  REDIS_DEADLINE_MS: '5000',
  REQUEST_DEADLINE_MS: '30000',
  STATEMENT_TIMEOUT_MS: '30000',
  CONNECT_TIMEOUT_MS: '10000',
  POOL_WAIT_MS: '10000',
  // Nor is a primary that answers late gone, so that strict rows would be read from a replica.
  REPLICA_SAMPLE_MS: '300',
  STRICT_LICENCE_MS: '900',
} as const;

/** So many gateways, each started while those before it are used. */
export const createSupply = (needs: Needs, count: number): { readonly next: () => Promise<Doomed> } =>
  createAhead(() => startDoomed(needs), count);

async function startDoomed({ context, stage, app, isUnmarked }: Needs): Promise<Doomed> {
  const open = (targetPort: number, bait: string) =>
    context.resources.open(
      () => createTrap({ targetPort, bait }),
      (trap) => trap.close(),
    );
  const commits = await open(stage.primary.port, 'COMMIT;');
  const invalidations = await open(stage.redis.port, scripts.invalidate.sha);
  const gateway = await startMortalGateway(context, stage, {
    name: `${randomAppName()}-doomed`,
    app,
    servers: {
      primaryUrl: commits.through(stage.servers.primaryUrl),
      replicaUrls: [],
      redisUrl: invalidations.through(stage.servers.redisUrl),
    },
    env: patient,
    ...(isUnmarked && { program: 'src/testing/prove/crash/unmarked-gateway.ts' }),
  });
  return { ...gateway, commits, invalidations };
}
