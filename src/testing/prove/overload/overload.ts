import { createFaultProxy } from '../../servers/fault-proxy.ts';
import { startChildGateway } from '../child-gateway.ts';
import { spreadOf } from '../measures.ts';
import type { Check, Proof, ProofContext } from '../proof.ts';
import { startStage, type Stage } from '../stage.ts';
import { askOnce, flood, type FloodFound } from './flood.ts';

type Option = 'seconds' | 'ms' | 'shed-ms';

/** Each way, so that a statement takes twice as long whatever the machine does, and few requests are a flood. */
const linkDelayMs = 150;
const readers = 4;
/** Reads have `readers` of 6 connections, so the database takes 13 a second, and who waits behind 5 others waits for 0.4 s. */
const pool = { POOL_SIZE: '6', POOL_QUEUE: '5', POOL_WAIT_MS: '1000' };
/** A server behind such a link is no failing one. */
const patience = { REPLICA_SAMPLE_MS: '500', CONNECT_TIMEOUT_MS: '10000' };
const perSecond = 40;
const warmUps = 20;
const deadlines = { REQUEST_DEADLINE_MS: '60000', STATEMENT_TIMEOUT_MS: '30000', REDIS_DEADLINE_MS: '5000' };
const unbounded = { POOL_QUEUE: '1000000', POOL_WAIT_MS: '60000' };

/** Three times as many reads as the database can take, each of something that is in no cache. */
export const overload: Proof<Option> = {
  name: 'overload',
  about:
    'A flood beyond what the database can take is turned away at once; who is let in waits no longer for it.',
  takes: '1 min',
  options: {
    seconds: { about: 'of flood', fallback: 10 },
    ms: { about: 'how long an answer may take, p99', fallback: 1_500 },
    'shed-ms': { about: 'how long a refusal may take, p99', fallback: 500 },
  },
  async run(context) {
    const { seconds, ms, 'shed-ms': shedMs } = context.options;
    const requests = seconds * perSecond;
    const stage = await startStage(context, { products: 2 * (requests + warmUps) });
    // Side by side: what both wait for is their links.
    const [bounded, control] = await Promise.all([
      meet(context, stage, { name: 'bounded', requests, env: {}, from: 0 }),
      meet(context, stage, {
        ...{ name: 'unbounded', requests, env: unbounded },
        from: requests + warmUps,
      }),
    ]);
    return {
      checks: checksOf(bounded, control, { requests, ms, shedMs }),
      figures: { requests, perSecond, bounded: figuresOf(bounded), unbounded: figuresOf(control) },
    };
  },
};

interface Meeting {
  readonly name: string;
  readonly requests: number;
  readonly env: Readonly<Record<string, string>>;
  /** Products of its own begin here. */
  readonly from: number;
}

async function meet(
  context: ProofContext<Option>,
  stage: Stage,
  { name, requests, env, from }: Meeting,
): Promise<FloodFound> {
  const link = await context.resources.open(
    () =>
      createFaultProxy({ targetPort: stage.primary.port, mode: { kind: 'latency', delayMs: linkDelayMs } }),
    (proxy) => proxy.close(),
  );
  const servers = {
    ...stage.servers,
    primaryUrl: link.through(stage.servers.primaryUrl),
    replicaUrls: [],
  };
  const url = await context.step(`Gateway, ${name}`, () =>
    startChildGateway(context, stage, { name, servers, env: { ...pool, ...patience, ...deadlines, ...env } }),
  );
  const ids = stage.productIds.slice(from, from + requests + warmUps);
  return context.step(`Flood, ${name}`, async () => {
    // Connections are opened, code is compiled.
    for (let place = requests; place < ids.length; place += readers)
      await Promise.all(ids.slice(place, place + readers).map((id) => askOnce(url, id)));
    return flood({ url, ids: ids.slice(0, requests), perSecond });
  });
}

interface Bounds {
  readonly requests: number;
  readonly ms: number;
  readonly shedMs: number;
}

function checksOf(
  bounded: FloodFound,
  control: FloodFound,
  { requests, ms, shedMs }: Bounds,
): readonly Check[] {
  const [answered, shed] = [spreadOf(bounded.answeredMs), spreadOf(bounded.shedMs)];
  const [late, unboundedLate] = [spreadOf(bounded.lateAnsweredMs), spreadOf(control.lateAnsweredMs)];
  const unboundedAnswered = spreadOf(control.answeredMs);
  return [
    {
      what: 'requests that were answered, and refused with code and time to come again',
      found: `${answered.count} and ${shed.count} of ${requests}${bounded.others[0] === undefined ? '' : `, ${bounded.others[0]}`}`,
      must: 'all, some of each',
      holds: answered.count + shed.count === requests && answered.count > 0 && shed.count > 0,
      control: {
        found: `${control.shedMs.length} refused with no bound`,
        fails: control.shedMs.length === 0,
      },
    },
    {
      what: 'an answer takes, p99',
      found: `${answered.p99} ms (p50 ${answered.p50})`,
      must: `≤ ${ms} ms`,
      holds: answered.p99 <= ms,
      control: {
        found: `${unboundedAnswered.p99} ms with no bound (p50 ${unboundedAnswered.p50})`,
        fails: unboundedAnswered.p99 > ms,
      },
    },
    {
      what: 'an answer in the last fifth of the flood takes, p50',
      found: `${late.p50} ms`,
      must: `≤ ${ms} ms`,
      holds: late.count > 0 && late.p50 <= ms,
      control: { found: `${unboundedLate.p50} ms with no bound`, fails: unboundedLate.p50 > ms },
    },
    {
      what: 'a refusal takes, p99',
      found: `${shed.p99} ms (p50 ${shed.p50})`,
      must: `≤ ${shedMs} ms`,
      holds: shed.p99 <= shedMs,
    },
  ];
}

const figuresOf = ({ answeredMs, lateAnsweredMs, shedMs, others }: FloodFound) => ({
  answeredMs: spreadOf(answeredMs),
  lateAnsweredMs: spreadOf(lateAnsweredMs),
  shedMs: spreadOf(shedMs),
  others: others.length,
});
