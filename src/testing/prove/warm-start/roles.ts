import { slotNameOf } from '../../../database/slot.ts';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { lockClass } from '../../../jobs/place.ts';
import { leadLock } from '../../../upkeep/upkeep.ts';
import { onServer } from '../../database.ts';
import type { MortalGateway } from '../child-gateway.ts';
import { pause } from '../stage.ts';
import { readFigures } from './figures.ts';
import { now, startLoad, type Load, type Seen } from './load.ts';
import { startProcess, type Place } from './place.ts';
import type { Warming } from './warming.ts';

/** What a worker does that a process which only answers must not do. */
const works = ['log', 'chores', 'queue'] as const;
type Work = (typeof works)[number];

export interface Roles {
  /** What processes were seen to do: one that only answers, all the while without a worker, and one with both roles. */
  readonly httpAlone: readonly Work[];
  readonly bothRoles: readonly Work[];
  /** Ms from the kill of the worker that leads until the other has taken over; undefined where it has not. */
  readonly tookOver: Readonly<Record<Work, number | undefined>>;
  /** Ms from the kill until all clicks before it were in Postgres. */
  readonly clicksCameAfter: number | undefined;
  /** What anybody has taken over as long, and a second more, behind the kill of the last worker. */
  readonly withoutWorker: {
    readonly forMs: number;
    readonly takenOver: readonly Work[];
    readonly clicksCame: boolean;
  };
  /** All requests meanwhile. */
  readonly requests: Seen;
  /** In Postgres once a worker was there again, and links that were followed. */
  readonly clicks: { readonly counted: number; readonly followed: number };
  /** Where the one that answers is killed in place of a worker. */
  readonly gatewayKilled: Seen;
}

const takesOverWithinMs = 30_000;
/** Longer than a gateway takes to bring its clicks to Redis. */
const gathersWithinMs = 750;
const lookEveryMs = 20;

/** Goes on with a gateway and the worker beside it, which leads; both are dead in the end. */
export async function seeRoles(
  place: Place,
  { processes: { gateway, worker: first }, redirects: earlier }: Warming,
): Promise<Roles> {
  const { context } = place;
  const second = await context.step('A second worker', () => startSpare(place, first));
  const load = await startLoadOn(place, gateway);
  await load.until(place.context.options.rate);
  const taken = await context.step('The worker that leads is killed', () => {
    first.kill();
    return seeTakeOver(place, second, () => earlier + load.seen().redirects);
  });
  const { httpAlone, ...withoutWorker } = await context.step('Control: the last worker is killed', () => {
    const times = [...Object.values(taken.tookOver), taken.clicksCameAfter];
    second.kill();
    return seeNobody(place, gateway, load, 1_000 + Math.max(...times.map((ms) => ms ?? 0)));
  });
  const bothRoles = await context.step('Control: a process with both roles', async () => {
    const both = await startProcess(place, { name: 'both', roles: 'http,worker' });
    const seen = await seeWorks(both);
    await load.stop();
    await pause(gathersWithinMs);
    // It brings to Postgres what is in Redis.
    await both.stop();
    return seen;
  });
  const requests = load.seen();
  const clicks = { counted: await clicksIn(place), followed: earlier + requests.redirects };
  const gatewayKilled = await context.step('Control: the gateway is killed', () =>
    killUnderLoad(place, gateway),
  );
  return { ...taken, withoutWorker, httpAlone, bothRoles, requests, clicks, gatewayKilled };
}

const startLoadOn = ({ context, shop }: Place, { url }: MortalGateway): Promise<Load> =>
  startLoad(context, { ...shop, urls: [url], perSecond: context.options.rate, seed: context.seed + 1 });

async function startSpare(place: Place, leader: MortalGateway): Promise<MortalGateway> {
  if (!(await waitUntil(() => leads(leader), { everyMs: lookEveryMs, timeoutMs: takesOverWithinMs })))
    throw new Error('the first worker does not lead');
  const spare = await startProcess(place, { name: 'worker-spare', roles: 'worker' });
  if (await leads(spare)) throw new Error('both workers lead');
  return spare;
}

async function leads(worker: MortalGateway): Promise<boolean> {
  const done = await worksOf(worker);
  return done.includes('log') && done.includes('chores');
}

/** All of it once it is all, or what it is after a while. */
async function seeWorks(process: MortalGateway): Promise<readonly Work[]> {
  await waitUntil(async () => (await worksOf(process)).length === works.length, {
    ...{ everyMs: lookEveryMs, timeoutMs: takesOverWithinMs },
  });
  return worksOf(process);
}

async function worksOf({ url }: MortalGateway): Promise<readonly Work[]> {
  const figures = await readFigures(url);
  const does: Readonly<Record<Work, boolean>> = {
    log: figures.total('gateway_backstop_active') > 0,
    chores: figures.total('gateway_upkeep_active') + figures.total('gateway_upkeep_runs_total') > 0,
    // Told by those alone who do jobs.
    queue: figures.isTold('gateway_jobs_queued') || figures.total('gateway_jobs_total') > 0,
  };
  return works.filter((work) => does[work]);
}

async function seeTakeOver(
  place: Place,
  spare: MortalGateway,
  followed: () => number,
): Promise<Pick<Roles, 'tookOver' | 'clicksCameAfter'>> {
  const killedAt = now();
  const due = followed();
  const since = async (isSo: () => Promise<boolean>) => {
    const options = { everyMs: lookEveryMs, timeoutMs: takesOverWithinMs };
    return (await waitUntil(isSo, options)) === true ? now() - killedAt : undefined;
  };
  const tells = (name: string) => since(async () => (await readFigures(spare.url)).total(name) > 0);
  const [log, chores, queue, clicksCameAfter] = await Promise.all([
    tells('gateway_backstop_active'),
    tells('gateway_upkeep_active'),
    // Both do jobs all the time; what the dead one had under way is free by then.
    tells('gateway_job_workers_gone_total'),
    since(async () => (await clicksIn(place)) >= due),
  ]);
  if ((await takenOver(place)).length < works.length) throw new Error('Postgres does not tell who works');
  return { tookOver: { log, chores, queue }, clicksCameAfter };
}

async function seeNobody(place: Place, gateway: MortalGateway, load: Load, forMs: number) {
  const before = await clicksIn(place);
  const seen = new Set<Work>();
  const until = now() + forMs;
  while (now() < until) {
    for (const work of await worksOf(gateway)) seen.add(work);
    await pause(10 * lookEveryMs);
  }
  const clicksCame = (await clicksIn(place)) > before;
  if (load.seen(until - forMs).redirects === 0) throw new Error('nobody has followed a link meanwhile');
  return { forMs, httpAlone: [...seen], takenOver: await takenOver(place), clicksCame };
}

/** What some process does, as Postgres knows: who reads the slot, who holds the lock, whether a place stands empty. */
async function takenOver({ stage, app }: Place): Promise<readonly Work[]> {
  const [held] = await onServer<Record<Work, boolean>>(
    stage.servers.primaryUrl,
    `WITH locks AS (
       SELECT * FROM pg_locks WHERE locktype = 'advisory'
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
     )
     SELECT
       EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = $1 AND active) AS log,
       EXISTS (SELECT FROM locks WHERE objid = $2::oid AND objsubid = 1) AS chores,
       NOT EXISTS (SELECT FROM job_places WHERE NOT EXISTS (
         SELECT FROM locks WHERE classid = $3::oid AND objid = job_places.id::oid AND objsubid = 2)) AS queue`,
    [slotNameOf(app), leadLock, lockClass],
  );
  return works.filter((work) => held?.[work] === true);
}

async function killUnderLoad(place: Place, gateway: MortalGateway): Promise<Seen> {
  const load = await startLoadOn(place, gateway);
  await load.until(place.context.options.rate / 2);
  gateway.kill();
  await pause(250);
  await load.stop();
  return load.seen();
}

async function clicksIn({ stage }: Place): Promise<number> {
  const [row] = await onServer<{ clicks: string }>(
    stage.servers.primaryUrl,
    'SELECT coalesce(sum(clicks), 0)::text AS clicks FROM link_clicks',
  );
  return Number(row?.clicks);
}
