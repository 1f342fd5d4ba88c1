import { join } from 'node:path';
import pg from 'pg';
import { allProtections } from '../../../cache/settings.ts';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { randomAppName } from '../../gateway.ts';
import { onServer } from '../../database.ts';
import { startMortalGateway, type MortalGateway } from '../child-gateway.ts';
import type { Check, Proof, ProofContext } from '../proof.ts';
import { pause, startStage, type Stage } from '../stage.ts';
import { sendBurst, type BurstResult } from './burst.ts';
import { countProductReads, logStatements, waitingRoles } from './statements.ts';

type Option = 'requests';

const gatewayCount = 4;
const controlRequests = 400;
/** Time for the requests to meet the lease of the first; shorter than a lease. */
const heldForMs = 300;
const firstWithinMs = 20_000;
const roles = Array.from({ length: gatewayCount }, (_, index) => `gateway_${index + 1}`);

/** Thousands of clients miss one product at once, over four gateway processes: who asks the database? */
export const stampede: Proof<Option> = {
  name: 'stampede',
  about: '10,000 misses of one key at once over 4 processes are 1 statement, 2 if the reader is killed.',
  takes: '1 min',
  options: { requests: { about: 'requests in one burst', fallback: 10_000 } },
  async run(context) {
    const { requests } = context.options;
    const stage = await startStage(context, { products: 4 });
    await logStatements(stage);
    await createRoles(stage);
    const gateways = await context.step('Gateways', () => startGateways(context, stage));
    const meet = (product: number, options: Partial<Meeting> = {}) =>
      meetTable(stage, { gateways, product, requests, ...options });
    // Whatever a first request does once, is not of this proof.
    await context.step('First requests', () => meet(0, { requests: gatewayCount }));
    const all = await context.step(`${requests} requests`, () => meet(1));
    const killed = await context.step(`${requests} requests, reader killed`, () => meet(2, { kills: true }));
    const control = await context.step('Control without leases', async () =>
      meet(3, { gateways: await startUnprotected(stage), requests: controlRequests }),
    );
    return {
      checks: [...fewStatements(all, killed, control), ...allAnswered(all, killed, requests)],
      figures: { all, killed, control },
    };
  },
};

interface Meeting {
  readonly gateways: readonly Pick<MortalGateway, 'url'>[] | readonly MortalGateway[];
  readonly product: number;
  readonly requests: number;
  /** `kill -9` of the gateway whose statement waits. */
  readonly kills?: boolean;
}

interface Outcome extends BurstResult {
  readonly statements: number;
  readonly tookMs: number;
}

/** The burst meets a locked table: the first reader stays with its statement until all others have come. */
async function meetTable(
  stage: Stage,
  { gateways, product, requests, kills = false }: Meeting,
): Promise<Outcome> {
  const statements = await countProductReads(join(stage.dataDir, 'primary.log'));
  const startedAt = performance.now();
  const unlock = await lockProducts(stage);
  try {
    const id = stage.productIds[product] ?? '';
    const bursts = gateways.map(({ url }) =>
      sendBurst({
        url,
        requests: requests / gateways.length,
        document: `{ product(id: "${id}") { name } }`,
        expected: `{"data":{"product":{"name":"Product ${product + 1}"}}}`,
      }),
    );
    const reading = await firstReader(stage);
    await pause(heldForMs);
    if (kills) (gateways[roles.indexOf(reading)] as MortalGateway).kill();
    await unlock();
    const results = await Promise.all(bursts);
    const sum = (name: 'right' | 'wrong' | 'lost') => results.reduce((total, one) => total + one[name], 0);
    return {
      right: sum('right'),
      wrong: sum('wrong'),
      lost: sum('lost'),
      fault: results.find(({ fault }) => fault !== undefined)?.fault,
      statements: await statements(),
      tookMs: Math.round(performance.now() - startedAt),
    };
  } finally {
    await unlock();
  }
}

async function firstReader(stage: Stage): Promise<string> {
  let waiting: readonly string[] = [];
  const look = async () => (waiting = await waitingRoles(stage)).length > 0;
  if (!(await waitUntil(look, { everyMs: 10, timeoutMs: firstWithinMs }))) throw new Error('nobody reads');
  return waiting[0] ?? '';
}

/** Resolves to what ends the lock; safe to call twice. */
async function lockProducts({ servers }: Stage): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: servers.primaryUrl });
  await client.connect();
  await client.query('BEGIN; LOCK TABLE products IN ACCESS EXCLUSIVE MODE');
  let ending: Promise<void> | undefined;
  return () => (ending ??= client.end());
}

/** A role for each gateway, so that the server can tell whose statement it is. */
async function createRoles({ servers }: Stage): Promise<void> {
  for (const role of roles) await onServer(servers.primaryUrl, `CREATE ROLE ${role} LOGIN SUPERUSER`);
}

/** Without replicas, which the lock would hold up too. */
function serversFor({ servers }: Stage, index: number): Stage['servers'] {
  const url = new URL(servers.primaryUrl);
  url.username = roles[index] ?? '';
  return { ...servers, primaryUrl: url.href, replicaUrls: [] };
}

/** A burst keeps the processes busy for seconds; that is no outage, and no reason to give a request up. */
const env = { REQUEST_DEADLINE_MS: '60000', REDIS_DEADLINE_MS: '5000' };

async function startGateways(context: ProofContext<Option>, stage: Stage): Promise<readonly MortalGateway[]> {
  const app = randomAppName();
  return Promise.all(
    roles.map((name, index) =>
      startMortalGateway(context, stage, { name, app, servers: serversFor(stage, index), env }),
    ),
  );
}

async function startUnprotected(stage: Stage) {
  const overrides = { protections: { ...allProtections, lease: false } };
  const app = randomAppName();
  return Promise.all(
    roles.map((_, index) => stage.gateway({ app, overrides, servers: serversFor(stage, index), env })),
  );
}

function fewStatements(all: Outcome, killed: Outcome, control: Outcome): readonly Check[] {
  const most = (what: string, { statements }: Outcome, bound: number): Check => ({
    what,
    found: String(statements),
    must: bound === 1 ? '1' : `1 to ${bound}`,
    holds: statements >= 1 && statements <= bound,
    control: { found: `${control.statements} without leases`, fails: control.statements > bound },
  });
  return [
    most('statements that read the row', all, 1),
    most('statements when their reader is killed', killed, 2),
  ];
}

function allAnswered(all: Outcome, killed: Outcome, requests: number): readonly Check[] {
  const told = ({ right, wrong, lost }: Outcome) => `${right} right, ${wrong} wrong, ${lost} lost`;
  const ofKilled = requests / gatewayCount;
  return [
    {
      what: 'requests that were answered',
      found: told(all),
      must: `${requests} right`,
      holds: all.right === requests,
    },
    {
      what: 'requests that were answered, by the three that live',
      found: told(killed),
      must: `≥ ${requests - ofKilled} right, 0 wrong`,
      holds: killed.right >= requests - ofKilled && killed.wrong === 0,
      control: { found: `${killed.lost} lost by the killed one`, fails: killed.lost > 0 },
    },
  ];
}
