import { spreadOf, type Spread } from '../measures.ts';
import { converse, requestFor } from './connection.ts';

/** What a load generator is told to send. */
export interface Job {
  readonly port: number;
  readonly connections: number;
  /** Asked for in turn, from the first on again when all were. */
  readonly paths: readonly string[];
  readonly headers?: readonly string[];
  readonly requests?: number;
  readonly ms?: number;
}

export interface Load {
  readonly answers: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Sent, and the connection ended before the answer. */
  readonly lost: number;
  readonly tookMs: number;
  readonly perSecond: number;
  /** Of one answer, in ms. */
  readonly ms: Spread;
  /** Answers by when they came, in epoch ms. */
  readonly cameAt: readonly (readonly [at: number, answers: number])[];
}

async function run({
  port,
  connections,
  paths,
  headers,
  requests = Infinity,
  ms = Infinity,
}: Job): Promise<Load> {
  const texts = paths.map((path) => requestFor(path, headers));
  const statuses = new Map<number, number>();
  const cameAt = new Map<number, number>();
  const times: number[] = [];
  let [sent, lost] = [0, 0];
  const startedAt = performance.now();
  const next = () => {
    if (sent >= requests || performance.now() - startedAt >= ms) return undefined;
    sent += 1;
    return texts[(sent - 1) % texts.length];
  };
  const one = () =>
    converse({
      port,
      next,
      onAnswer({ status, tookMs }) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        const now = Date.now();
        cameAt.set(now, (cameAt.get(now) ?? 0) + 1);
        times.push(tookMs);
      },
      onLost: () => (lost += 1),
    });
  await Promise.all(Array.from({ length: connections }, one));
  const tookMs = performance.now() - startedAt;
  return {
    answers: times.length,
    statuses: Object.fromEntries(statuses),
    lost,
    tookMs,
    perSecond: Math.round((1_000 * times.length) / tookMs),
    ms: spreadOf(times),
    cameAt: [...cameAt],
  };
}

/** As a program of its own, it does what its parent sends, and sends back what came of it. */
process.on('message', (job: Job) => {
  void run(job).then((load) => process.send?.(load));
});
process.once('disconnect', () => process.exit());
