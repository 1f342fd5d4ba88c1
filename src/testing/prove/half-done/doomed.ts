import { scripts } from '../../../cache/scripts.ts';
import { randomAppName } from '../../gateway.ts';
import { startMortalGateway, type MortalGateway } from '../child-gateway.ts';
import { patient } from '../crash/doomed.ts';
import { createTrap } from '../crash/trap.ts';
import type { ProofContext } from '../proof.ts';
import type { Stage } from '../stage.ts';
import { createStatementTrap, type Place } from './statement-trap.ts';

/** Where a check-out's process is killed. */
export type Point =
  | ({ readonly kind: 'statement' } & Place)
  /** Before COMMIT, while the strict entries are claimed. */
  | { readonly kind: 'claims' }
  /** After COMMIT, while the cache is told. */
  | { readonly kind: 'invalidations' };

/** A gateway process whose first check-out is held at a point. */
export interface Doomed extends MortalGateway {
  readonly point: Point;
  readonly caught: () => Promise<void>;
  readonly closeTraps: () => Promise<void>;
}

/** What the transaction of a check-out begins with. */
export const firstStatement = 'INSERT INTO outcomes';

interface Needs {
  readonly context: Pick<ProofContext, 'resources'>;
  readonly stage: Stage;
  readonly app: string;
  readonly point: Point;
  /** `src/main.ts` when not given. */
  readonly program?: string | undefined;
}

export async function startDoomed({ context, stage, app, point, program }: Needs): Promise<Doomed> {
  const { primary, redis, servers } = stage;
  const place = point.kind === 'statement' ? point : undefined;
  const statements = await context.resources.open(
    () => createStatementTrap({ targetPort: primary.port, bait: firstStatement, place }),
    (trap) => trap.close(),
  );
  const script = point.kind === 'claims' ? scripts.dirty : scripts.invalidate;
  const commands = await context.resources.open(
    () => createTrap({ targetPort: redis.port, bait: script.sha }),
    (trap) => trap.close(),
  );
  const gateway = await startMortalGateway(context, stage, {
    name: `${randomAppName()}-doomed`,
    app,
    servers: {
      primaryUrl: statements.through(servers.primaryUrl),
      replicaUrls: [],
      redisUrl: commands.through(servers.redisUrl),
    },
    env: patient,
    ...(program !== undefined && { program }),
  });
  if (place === undefined) commands.arm();
  return {
    ...gateway,
    point,
    caught: () => (place === undefined ? commands.caught(1) : statements.caught()),
    async closeTraps() {
      await Promise.all([statements.close(), commands.close()]);
    },
  };
}
