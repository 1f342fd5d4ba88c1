import { fork } from 'node:child_process';
import { once } from 'node:events';
import { compiledProgram } from '../../../dev/compiled.ts';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { spreadOf, type Spread } from '../measures.ts';
import type { ProofContext } from '../proof.ts';

export type Kind = 'page' | 'search' | 'redirect';

export interface LoadOptions {
  /** Asked in turn. */
  readonly urls: readonly string[];
  readonly perSecond: number;
  /** Each the more often the nearer it is to the beginning, by Zipf's law: global ids, queries, and codes of links. */
  readonly pages: readonly string[];
  readonly queries: readonly string[];
  readonly codes: readonly string[];
  readonly seed: number;
}

/** People who ask at a fixed rate, from a process of their own. */
export interface Load {
  /** What became of the requests that were due in this time, by `now()`. */
  seen(from?: number, to?: number): Seen;
  /** Resolves when so many requests have been answered, or have failed. */
  until(answers: number): Promise<void>;
  /** Resolves when all that were sent are answered. */
  stop(): Promise<void>;
}

export interface Seen {
  /** From when a request was due. */
  readonly ms: Spread;
  readonly faults: readonly string[];
  /** Followed links. */
  readonly redirects: number;
}

/** What the clients tell of one request. */
export interface Sample {
  readonly kind: Kind;
  readonly startedAt: number;
  readonly ms: number;
  readonly fault: string | undefined;
}

export type Order = { readonly kind: 'start'; readonly options: LoadOptions } | { readonly kind: 'stop' };

/** Epoch ms with fractions, the same in all processes of a machine. */
export const now = (): number => performance.timeOrigin + performance.now();

const longestMs = 120_000;

export async function startLoad(
  { resources }: Pick<ProofContext, 'resources'>,
  options: LoadOptions,
): Promise<Load> {
  const samples: Sample[] = [];
  const clients = await resources.open(
    async () => fork(await compiledProgram('src/testing/prove/warm-start/clients.ts')),
    async (opened) => {
      if (opened.connected) opened.disconnect();
      if (opened.exitCode === null && opened.signalCode === null) await once(opened, 'exit');
    },
  );
  const ended = once(clients, 'exit');
  clients.on('message', (sample: Sample) => samples.push(sample));
  const tell = (order: Order) => clients.send(order);
  tell({ kind: 'start', options });
  return {
    seen(from = -Infinity, to = Infinity) {
      const seen = samples.filter(({ startedAt }) => startedAt >= from && startedAt < to);
      return {
        ms: spreadOf(seen.map(({ ms }) => ms)),
        faults: seen.flatMap(({ fault }) => (fault === undefined ? [] : [fault])),
        redirects: seen.filter(({ kind, fault }) => kind === 'redirect' && fault === undefined).length,
      };
    },
    async until(answers) {
      const isThere = () => samples.length >= answers;
      if (!(await waitUntil(isThere, { everyMs: 10, timeoutMs: longestMs })))
        throw new Error(`${samples.length} of ${answers} requests were answered within ${longestMs} ms`);
    },
    async stop() {
      if (clients.connected) tell({ kind: 'stop' });
      await ended;
    },
  };
}
