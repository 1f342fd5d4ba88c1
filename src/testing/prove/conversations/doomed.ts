import { startMortalGateway, type MortalGateway } from '../child-gateway.ts';
import { patient } from '../crash/doomed.ts';
import { createTrap } from '../crash/trap.ts';
import type { ProofContext } from '../proof.ts';
import { pause, type Stage } from '../stage.ts';

/** A gateway process that will die with messages that are stored, and that nobody was told of. */
export interface Doomed extends MortalGateway {
  /** Resolves when it can tell nobody of anything any more, with a message stored that it should tell of. */
  readonly gag: () => Promise<void>;
}

/** What it writes when it tells others of a message. */
const notice = ':live:chat:';
/** Commits that were under way are done by then. */
const settleMs = 100;

export async function startDoomed(
  context: Pick<ProofContext, 'resources'>,
  stage: Stage,
  { name, app }: { readonly name: string; readonly app: string },
): Promise<Doomed> {
  const trap = await context.resources.open(
    () => createTrap({ targetPort: stage.redis.port, bait: notice }),
    (opened) => opened.close(),
  );
  const servers = { ...stage.servers, redisUrl: trap.through(stage.servers.redisUrl) };
  const gateway = await startMortalGateway(context, stage, { name, app, servers, env: patient });
  return {
    ...gateway,
    async gag() {
      trap.arm();
      await trap.caught(1);
      await pause(settleMs);
    },
  };
}
