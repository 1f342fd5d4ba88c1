import { createReplica } from '../../../dev/postgres/replica.ts';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { promoteBest } from '../../../dev/topology/promotion.ts';
import { rounded } from '../measures.ts';
import type { ProofContext } from '../proof.ts';
import { createResources } from '../resources.ts';
import { pause, readiness } from '../stage.ts';
import { noneFailed, untilWhole, watch, type Finding, type Scene } from './scene.ts';

const mostErrors = 0.001;
const writesBackWithinMs = 10_000;
/** Somebody has to find out, and to decide. */
const decidedAfterMs = 1_000;
const patience = { everyMs: 50, timeoutMs: 30_000 };

/** A master of the cache dies, its replica takes over, and it comes back as a replica. */
export async function redisMasterKilled(scene: Scene): Promise<Finding> {
  const { context, topology } = scene;
  const { cluster } = topology;
  const [victim] = cluster.servers;
  const heir = cluster.servers[cluster.servers.length / 2];
  if (victim === undefined || heir === undefined) throw new Error('a cluster without servers');
  const resources = createResources();
  try {
    const load = await scene.startLoad(resources);
    await watch(scene);
    const from = performance.now();
    await victim.kill();
    const isMaster = async () => String(await cluster.ask(heir, 'role')).startsWith('master');
    const taken = await context.step('Redis master killed', () => waitUntil(isMaster, patience));
    const takenAfterMs = rounded(performance.now() - from);
    await watch(scene);
    await victim.restart();
    await untilWhole(topology);
    await load.stop();
    const [reads, writes] = [load.seen('read', from), load.seen('write', from)];
    const faults = [...reads.faults, ...writes.faults];
    const requests = reads.ms.count + writes.ms.count;
    return {
      checks: [
        {
          what: 'Redis master killed: its replica took over after',
          found: `${takenAfterMs} ms`,
          must: 'it does',
          holds: taken === true,
        },
        {
          what: 'Redis master killed: requests that failed',
          found: `${faults.length} of ${requests}${faults[0] === undefined ? '' : ` (${faults[0]})`}`,
          must: `< ${mostErrors * 100} %`,
          holds: requests > 0 && faults.length < requests * mostErrors,
        },
      ],
      figures: { takenAfterMs, reads, writes },
    };
  } finally {
    await resources.close();
  }
}

/**
 * The primary dies, the replica that has most of the log is promoted as an operator would do it, the others follow it, and so
 * does the old primary when it comes back. No gateway is told.
 */
export async function primaryKilled(scene: Scene, owner: Pick<ProofContext, 'resources'>): Promise<Finding> {
  const { context, topology, primary } = scene;
  const resources = createResources();
  try {
    const load = await scene.startLoad(resources);
    await watch(scene);
    const from = performance.now();
    await primary.kill();
    await pause(decidedAfterMs);
    const promotedFrom = performance.now();
    const heir = await context.step('Primary killed, a replica promoted', () =>
      promoteBest(topology.stack.replicas),
    );
    const promotionMs = rounded(performance.now() - promotedFrom);
    await waitUntil(() => load.seen('write', promotedFrom).firstAnsweredAt !== undefined, patience);
    await watch(scene);
    const gone = load.seen('write', from, promotedFrom);
    const back = load.seen('write', promotedFrom).firstAnsweredAt ?? Infinity;
    const backMs = rounded(back - from);
    const { status } = await readiness(topology.gateways[0]?.url ?? '');

    await context.step('The old primary comes back as a replica', () =>
      owner.resources.open(
        () => createReplica({ primary: heir, dataDir: primary.dataDir, port: primary.port }),
        (server) => server.stop(),
      ),
    );
    await untilWhole(topology);
    await load.stop();
    const reads = load.seen('read', from);
    const writes = load.seen('write', promotedFrom);
    const allBackMs = rounded(Math.max(back, writes.lastFailedAt ?? 0) - from);
    return {
      checks: [
        noneFailed('Primary killed: reads that failed', reads),
        {
          what: 'Primary killed: the first write is answered after, and none fails after',
          found: `${backMs} and ${allBackMs} ms, of which ${decidedAfterMs} until somebody decides; ${status} then`,
          must: `≤ ${writesBackWithinMs} ms`,
          holds: allBackMs <= writesBackWithinMs && writes.ms.count > writes.faults.length,
          control: {
            found: `${gone.faults.length} of ${gone.ms.count} failed before`,
            fails: gone.faults.length > 0,
          },
        },
      ],
      figures: { backMs, allBackMs, promotionMs, reads, gone, writes },
    };
  } finally {
    await resources.close();
  }
}
