import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { randomAppName } from '../../gateway.ts';
import { createFaultProxy, type FaultProxy } from '../../servers/fault-proxy.ts';
import { inSteps, type ProofContext } from '../proof.ts';
import type { Stage } from '../stage.ts';
import { startWorker, type Worker } from '../workers.ts';
import { hearEvictions } from './evictions.ts';

export const faults = ['killed', 'frozen', 'cut off'] as const;
export type Fault = (typeof faults)[number];

export interface TakeOver {
  readonly fault: Fault;
  /** From the fault to the eviction of what was committed right after it; Infinity where that did not come. */
  readonly ms: number;
}

export interface TakeOvers {
  readonly found: readonly TakeOver[];
  /** Without a spare: whether anything was evicted while it was watched … */
  readonly evictedAlone: boolean;
  /** … and whether that was done by the next worker to come. */
  readonly madeUp: boolean;
}

/** A worker, and its own line to Postgres. */
interface Member {
  readonly worker: Worker;
  readonly line: FaultProxy;
}

interface Needs {
  readonly stage: Stage;
  readonly rounds: number;
  readonly watchAloneMs: number;
  /** A number, as in the table. */
  readonly product: string;
}

export async function measureTakeOvers(
  context: Pick<ProofContext, 'resources' | 'step' | 'signal'>,
  { stage, rounds, watchAloneMs, product }: Needs,
): Promise<TakeOvers> {
  const app = randomAppName();
  const evictions = await hearEvictions(context, stage, app);
  const join = () => startMember(context, stage, app);
  const found: TakeOver[] = [];
  let [active, spare] = await context.step('Two workers', async () => {
    const first = await join();
    await first.worker.follows();
    return [first, await join()];
  });

  for (const fault of faults) {
    await inSteps(context, `Worker ${fault}`, rounds, async () => {
      const brokenAt = performance.now();
      await strike(active, fault);
      const change = await evictions.commit(product);
      found.push({ fault, ms: (await change.eviction()).at - brokenAt });
      await spare.worker.follows();
      const fallen = active;
      [active, spare] = [spare, fault === 'killed' ? await join() : await recover(fallen, fault)];
    });
  }
  return context.step('Control: no spare', async () => {
    spare.worker.kill();
    active.worker.kill();
    const { eviction } = await evictions.commit(product);
    const evictedAlone = (await eviction(watchAloneMs)).at < Infinity;
    const { worker } = await join();
    const madeUp = (await eviction()).at < Infinity;
    worker.kill();
    return { found, evictedAlone, madeUp };
  });
}

async function startMember(
  context: Pick<ProofContext, 'resources'>,
  stage: Stage,
  app: string,
): Promise<Member> {
  const line = await context.resources.open(
    () => createFaultProxy({ targetPort: stage.primary.port }),
    (proxy) => proxy.close(),
  );
  const servers = { ...stage.servers, primaryUrl: line.through(stage.servers.primaryUrl), replicaUrls: [] };
  return { line, worker: await startWorker(context, stage, { app, servers }) };
}

async function strike({ worker, line }: Member, fault: Fault): Promise<void> {
  if (fault === 'killed') worker.kill();
  else if (fault === 'frozen') worker.signal('SIGSTOP');
  else await line.setMode({ kind: 'black-hole' });
}

/** As a spare: it has noticed by itself that another one follows. */
async function recover(member: Member, fault: Fault): Promise<Member> {
  const { worker, line } = member;
  if (fault === 'frozen') worker.signal('SIGCONT');
  else await line.setMode({ kind: 'pass' });
  const isSpare = async () => !(await worker.isFollowing());
  if (await waitUntil(isSpare, { everyMs: 20, timeoutMs: 30_000 })) return member;
  throw new Error(`a worker that was ${fault} believes that it follows`);
}
