import { Redis } from 'ioredis';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { randomAppName } from '../../gateway.ts';
import { startMortalGateway, type MortalGateway } from '../child-gateway.ts';
import { rounded, spreadOf, type Spread } from '../measures.ts';
import { inSteps, type Check, type Proof, type ProofContext } from '../proof.ts';
import { pause, startStage, type Stage } from '../stage.ts';
import { channel, openReader, openStalled, textOf } from './clients.ts';

type Option = 'sockets' | 'events' | 'bytes' | 'megabytes' | 'stall';
type Context = ProofContext<Option>;

const readerCount = 5;
const perSecond = 250;
/** Each so large that a few fill what a socket may have on its way. */
const stallingBytes = 20_000;
const stallingEvents = 6;
const settleMs = 300;
const parts = 10;
const patience = { everyMs: 20, timeoutMs: 30_000 };
const preload = 'src/testing/prove/outages/collect-on-signal.ts';

/** Real sockets that stop reading, on a gateway in a process of its own. */
export const slowClients: Proof<Option> = {
  name: 'slow-clients',
  about: 'Sockets that stop reading cost the gateway little memory and its other clients no time.',
  takes: '3 min',
  options: {
    sockets: { about: 'sockets that read nothing', fallback: 1_000 },
    events: { about: 'events while they do not', fallback: 10_000 },
    bytes: { about: 'size of an event', fallback: 150 },
    megabytes: { about: 'by how much the process may grow', fallback: 64 },
    stall: { about: 'ms after which who reads nothing is ended', fallback: 10_000 },
  },
  async run(context) {
    const { megabytes, sockets } = context.options;
    const stage = await startStage(context, { products: 1 });
    const bounded = await stall(context, stage, 'Bounded', false);
    const unbounded = await stall(context, stage, 'Without bounds', true);
    return {
      checks: [
        {
          what: 'What is held for them, more than before they stalled',
          found: `${bounded.heldMb} MB at most`,
          must: `under ${megabytes} MB`,
          holds: bounded.heldMb < megabytes,
          control: { found: `${unbounded.heldMb} MB`, fails: unbounded.heldMb >= megabytes },
        },
        {
          what: 'Growth of the whole process',
          found: `${bounded.grownMb} MB at most`,
          must: `under ${megabytes} MB`,
          holds: bounded.grownMb < megabytes,
        },
        {
          what: 'Stalled sockets that were closed as too slow',
          found: `${bounded.closed} of ${sockets}`,
          must: 'all',
          holds: bounded.closed === sockets,
          control: { found: `${unbounded.closed}`, fails: unbounded.closed < sockets },
        },
        served(bounded),
        inTime(bounded),
      ],
      figures: { bounded, unbounded },
    };
  },
};

interface Stalled {
  /** Of memory that is in use. */
  readonly heldMb: number;
  /** Of memory that the process has, in use or not. */
  readonly grownMb: number;
  readonly closed: number;
  readonly quiet: Spread;
  readonly stalled: Spread;
  readonly faults: number;
  readonly missed: number;
}

async function stall(context: Context, stage: Stage, name: string, isUnbounded: boolean): Promise<Stalled> {
  const { step, resources, options } = context;
  const app = randomAppName();
  const gateway = await step(`${name}: the gateway`, () =>
    startMortalGateway(context, stage, {
      name: isUnbounded ? 'gateway-unbounded' : 'gateway-bounded',
      app,
      program: 'src/testing/prove/slow-clients/live-gateway.ts',
      nodeArguments: ['--expose-gc'],
      preload,
      // Without this the process has no figures of its own to show.
      env: {
        NODE_ENV: 'production',
        UNBOUNDED: String(isUnbounded),
        STALLED_AFTER_MS: String(options.stall),
      },
    }),
  );
  const redis = await resources.open(
    () => Promise.resolve(new Redis(stage.servers.redisUrl)),
    (opened) => opened.quit(),
  );
  let number = 0;
  const publish = (bytes: number) => redis.publish(`${app}:live:${channel}`, textOf((number += 1), bytes));
  const readers = await Promise.all(
    Array.from({ length: readerCount }, () => openReader(gateway.url, resources)),
  );
  const takeDelays = () => readers.flatMap((reader) => reader.takeDelays());
  const haveRead = () => Promise.resolve(readers.every(({ last }) => last === number));
  const untilRead = () => waitUntil(haveRead, patience);
  // A stream that is open has not subscribed yet.
  await waitUntil(async () => {
    await publish(0);
    await pause(patience.everyMs);
    return haveRead();
  }, patience);

  /** At an even pace; resolves when all readers have them. */
  async function publishAll(count: number): Promise<void> {
    const startedAt = performance.now();
    for (let index = 0; index < count; index += 1) {
      const earlyMs = startedAt + (index * 1_000) / perSecond - performance.now();
      if (earlyMs > 0) await pause(earlyMs);
      await publish(options.bytes);
    }
    await untilRead();
  }

  const part = Math.ceil(options.events / parts);
  await step(`${name}: warm-up`, () => publishAll(part));
  takeDelays();
  await step(`${name}: ${part} events, nobody stalls`, () => publishAll(part));
  const quiet = spreadOf(takeDelays());

  await inSteps(context, `${name}: sockets`, options.sockets, () => openStalled(gateway.url, resources));
  await waitUntil(async () => (await streamsOf(gateway.url)) === readerCount + options.sockets, patience);
  const before = await memoryOf(gateway);
  for (let count = 0; count < stallingEvents; count += 1) {
    await publish(stallingBytes);
    await untilRead();
    await pause(settleMs);
  }

  const grown: Memory[] = [];
  const delays: number[] = [];
  await inSteps(context, `${name}: tenths of the events`, parts, async () => {
    takeDelays();
    await publishAll(part);
    delays.push(...takeDelays());
    const { heldMb, residentMb } = await memoryOf(gateway);
    grown.push({ heldMb: heldMb - before.heldMb, residentMb: residentMb - before.residentMb });
  });
  return {
    heldMb: rounded(Math.max(...grown.map(({ heldMb }) => heldMb))),
    grownMb: rounded(Math.max(...grown.map(({ residentMb }) => residentMb))),
    closed: await metric(gateway.url, 'gateway_live_closed_total{code="1013"}'),
    quiet,
    stalled: spreadOf(delays),
    faults: readers.reduce((sum, { faults }) => sum + faults, 0),
    missed: readers.reduce((sum, { last }) => sum + number - last, 0),
  };
}

interface Memory {
  readonly heldMb: number;
  readonly residentMb: number;
}

/** After a collection of garbage: what waits for one says nothing of what is held. Nobody is timed meanwhile. */
async function memoryOf({ url, signal }: MortalGateway): Promise<Memory> {
  signal('SIGUSR2');
  await pause(settleMs);
  const names = [
    'gateway_nodejs_heap_size_used_bytes',
    'gateway_nodejs_external_memory_bytes',
    'gateway_process_resident_memory_bytes',
  ];
  const found = await Promise.all(names.map((name) => metric(url, name)));
  const [heap = 0, external = 0, resident = 0] = found.map((bytes) => bytes / 2 ** 20);
  return { heldMb: heap + external, residentMb: resident };
}

const streamsOf = (url: string) => metric(url, 'gateway_live_streams');

/** Zero where there is no such series yet. */
async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length) ?? 0);
}

function served({ faults, missed }: Stalled): Check {
  return {
    what: 'Events that other clients missed, or had twice or out of order',
    found: String(faults + missed),
    must: '0',
    holds: faults + missed === 0,
  };
}

/** How much longer the slowest hundredth may take; a machine that tests share is not quieter than that. */
const allowanceMs = 25;

function inTime({ quiet, stalled }: Stalled): Check {
  return {
    what: 'Time to other clients, p99, beside the same without stalled sockets',
    found: `${stalled.p99} ms beside ${quiet.p99} ms`,
    must: `at most ${allowanceMs} ms more`,
    holds: stalled.p99 <= quiet.p99 + allowanceMs,
  };
}
