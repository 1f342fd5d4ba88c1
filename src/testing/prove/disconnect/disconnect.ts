import type { Gateway } from '../../gateway.ts';
import { createFaultProxy } from '../../servers/fault-proxy.ts';
import { spreadOf, type Spread } from '../measures.ts';
import { inSteps, type Check, type Proof, type ProofContext } from '../proof.ts';
import { signIn, startStage, type Stage } from '../stage.ts';
import { leave, leaveShared, leaveTogether, outstay, type Slow } from './departures.ts';
import { lockProducts, watchStatements, type Statements } from './statements.ts';

type Option = 'rounds' | 'ms';
type Context = ProofContext<Option>;

const together = 8;
const sharedRounds = 5;
const productsOfShared = 3;
const controlRounds = 2;
const deadlineMs = 250;
/** Where nobody cancels, this ends a statement. */
const statementTimeoutMs = 2_000;

/** Reads and writes that wait for a lock, through a real gateway, whose clients leave or whose time is up. */
export const disconnect: Proof<Option> = {
  name: 'disconnect',
  about: 'A statement is off the server within 50 ms of its client; what others share with it stays.',
  takes: '20 s',
  options: {
    rounds: { about: 'clients that leave', fallback: 300 },
    ms: { about: 'how long a statement may outlive its client, p99', fallback: 50 },
  },
  async run(context) {
    const { rounds, ms } = context.options;
    const stage = await startStage(context, { products: rounds + sharedRounds * productsOfShared });
    const scene = await createScene(context, stage);
    const unlock = await scene.lock();
    const alone = await leaveAlone(context, scene);
    const crowds = await leaveInCrowds(context, scene);
    const late = await pastDeadline(context, scene);
    const untold = await unnoticed(context, scene);
    await unlock();
    const shared = await context.step('Shared statements', () => leaveTheOthers(scene));
    const served = await context.step('Afterwards', () => countServed(scene));
    return {
      checks: [
        ...goneSoon({ alone, crowds, late, untold }, ms),
        timedOut(late),
        othersUnharmed(shared, alone),
        servedAgain(served),
      ],
      figures: { alone, crowds, late, shared, untold, served },
    };
  },
};

interface Scene {
  readonly stage: Stage;
  readonly gateway: Gateway;
  /** The same where a request's time is up soon. */
  readonly hasty: Gateway;
  /** The same behind a link that is cut before its clients leave. */
  readonly deaf: { readonly url: string; readonly cut: (isCut: boolean) => Promise<void> };
  readonly replica: Statements;
  readonly lock: () => Promise<() => Promise<void>>;
  /** A different product each time; its kinds in turn. */
  readonly slow: (index: number) => Slow;
}

async function createScene(context: Context, stage: Stage): Promise<Scene> {
  const { resources } = context;
  const { primaryUrl, replicaUrls } = stage.servers;
  const replicaUrl = replicaUrls[0] ?? '';
  const [primary, replica] = [
    await watchStatements(primaryUrl, resources),
    await watchStatements(replicaUrl, resources),
  ];
  // Nobody is ended by the statement's time where the proof is of something else.
  const patient = { REDIS_DEADLINE_MS: '5000', REQUEST_DEADLINE_MS: '30000', STATEMENT_TIMEOUT_MS: '30000' };
  const gateway = await stage.gateway({ env: patient });
  const hasty = await stage.gateway({ env: { ...patient, REQUEST_DEADLINE_MS: String(deadlineMs) } });
  const unaware = await stage.gateway({
    env: { ...patient, STATEMENT_TIMEOUT_MS: String(statementTimeoutMs) },
  });
  const link = await resources.open(
    () => createFaultProxy({ targetPort: Number(new URL(unaware.url).port) }),
    (proxy) => proxy.close(),
  );
  const token = await signIn(gateway.url, 'admin');
  return {
    ...{ stage, gateway, hasty, replica },
    deaf: {
      url: `http://127.0.0.1:${link.port}`,
      cut: (isCut) => link.setMode(isCut ? { kind: 'black-hole' } : { kind: 'pass' }),
    },
    lock: () => lockProducts(primaryUrl, replicaUrl, resources),
    slow(index) {
      const id = stage.productIds[index % stage.productIds.length] ?? '';
      switch (index % 3) {
        case 0:
          return { kind: 'row', question: rowOf(id), on: replica };
        case 1:
          return { kind: 'list', question: list, on: replica };
        default:
          return { kind: 'write', question: { ...rename(id), token }, on: primary };
      }
    },
  };
}

const list = { document: '{ products(first: 5) { nodes { id } } }' };

const rowOf = (id: string) => ({
  document: 'query ($id: ID!) { product(id: $id) { name } }',
  variables: { id },
});

const rename = (id: string) => ({
  document: 'mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { product { name } } }',
  variables: { input: { id, name: 'Renamed' } },
});

async function leaveAlone(context: Context, { gateway, slow }: Scene) {
  const tookMs: Record<Slow['kind'], number[]> = { row: [], list: [], write: [] };
  await inSteps(context, 'Clients', context.options.rounds, async (index) => {
    const one = slow(index);
    tookMs[one.kind].push(await leave(gateway.url, one));
  });
  const { row, list, write } = tookMs;
  return {
    all: spreadOf([...row, ...list, ...write]),
    row: spreadOf(row),
    list: spreadOf(list),
    write: spreadOf(write),
  };
}

/** Each with a statement of its own, fewer than there are connections. */
async function leaveInCrowds(context: Context, { gateway, replica, stage }: Scene): Promise<Spread> {
  const tookMs: number[] = [];
  const count = Math.max(1, Math.floor(context.options.rounds / together / 3));
  await inSteps(context, `Crowds of ${together}`, count, async (index) => {
    const ids = Array.from({ length: together }, (_, one) => stage.productIds[index * together + one] ?? '');
    tookMs.push(await leaveTogether(gateway.url, ids.map(rowOf), replica));
  });
  return spreadOf(tookMs);
}

async function pastDeadline(context: Context, { hasty, slow }: Scene) {
  const codes: string[] = [];
  const tookMs: number[] = [];
  await inSteps(context, 'Deadlines', Math.max(3, Math.round(context.options.rounds / 10)), async (index) => {
    const { code, ms } = await outstay(hasty.url, slow(index));
    codes.push(code ?? 'none');
    tookMs.push(ms);
  });
  return { ms: spreadOf(tookMs), timeouts: codes.filter((code) => code === 'TIMEOUT').length };
}

/** The control: the sockets are destroyed just so, and the gateway is not told of it. */
async function unnoticed(context: Context, { deaf, slow }: Scene): Promise<Spread> {
  const tookMs: number[] = [];
  await inSteps(context, 'Control: the gateway does not notice; clients', controlRounds, async (index) => {
    const { question, on } = slow(index);
    tookMs.push(await leaveTogether(deaf.url, [question], on, () => deaf.cut(true)));
    await deaf.cut(false);
  });
  return spreadOf(tookMs);
}

async function leaveTheOthers({ gateway, stage, replica, lock }: Scene) {
  const found = { rounds: sharedRounds, stayed: 0, right: 0 };
  for (let round = 0; round < sharedRounds; round += 1) {
    const unlock = await lock();
    const at = stage.productIds.length - (round + 1) * productsOfShared;
    const [mine = '', ours = '', theirs = ''] = stage.productIds.slice(at);
    const { stays, isRight } = await leaveShared({ gateway, ids: [mine, ours, theirs], on: replica, unlock });
    if (stays) found.stayed += 1;
    if (isRight) found.right += 1;
  }
  return found;
}

/** Each connection that was cancelled is of use again, and no cancelled write was made. */
async function countServed({ gateway, stage }: Scene) {
  const answers = await Promise.all(
    stage.productIds.slice(0, 30).map(async (id) => {
      const { data } = await gateway.query<{ product: { name: string } | null }>(rowOf(id).document, {
        variables: { id },
      });
      return data?.product?.name;
    }),
  );
  const right = answers.filter((name) => name !== undefined && name !== 'Renamed').length;
  return { asked: answers.length, right };
}

function goneSoon(
  {
    alone,
    crowds,
    late,
    untold,
  }: {
    readonly alone: { readonly all: Spread };
    readonly crowds: Spread;
    readonly late: { readonly ms: Spread };
    readonly untold: Spread;
  },
  mostMs: number,
): readonly Check[] {
  const check = (what: string, spread: Spread, part: 'p50' | 'p99' = 'p99'): Check => ({
    what: `${what}, ${part}`,
    found: `${spread[part]} ms (p50 ${spread.p50}, max ${spread.max}) of ${spread.count}`,
    must: `≤ ${mostMs} ms`,
    holds: spread[part] <= mostMs,
    control: {
      found: `${untold.p99} ms where the gateway is not told`,
      fails: untold.p50 > mostMs,
    },
  });
  return [
    check('a statement outlives its client', alone.all),
    check(`the last of ${together} statements outlives clients that leave at once`, crowds, 'p50'),
    check('a statement outlives its request’s time', late.ms),
  ];
}

const timedOut = ({ ms, timeouts }: { readonly ms: Spread; readonly timeouts: number }): Check => ({
  what: 'requests past their time that were told TIMEOUT',
  found: `${timeouts} of ${ms.count}`,
  must: 'all',
  holds: timeouts === ms.count,
});

function othersUnharmed(
  { rounds, stayed, right }: { readonly rounds: number; readonly stayed: number; readonly right: number },
  alone: { readonly all: Spread },
): Check {
  return {
    what: 'statements that stay for others who share them, and answer them',
    found: `${stayed} and ${right} of ${rounds}`,
    must: 'all',
    holds: stayed === rounds && right === rounds,
    control: { found: `0 of ${alone.all.count} stay where nobody shares them`, fails: alone.all.count > 0 },
  };
}

const servedAgain = ({ asked, right }: { readonly asked: number; readonly right: number }): Check => ({
  what: 'requests answered rightly afterwards, no cancelled write among them',
  found: `${right} of ${asked}`,
  must: 'all',
  holds: right === asked,
});
