import { fork } from 'node:child_process';
import { once } from 'node:events';
import { compiledProgram } from '../../../dev/compiled.ts';
import { spreadOf, type Spread } from '../measures.ts';
import type { MixName, MixSubject } from './mix.ts';

export interface Load {
  /** What was asked since `since` (by performance.now()) and is answered by now. */
  seenSince(since: number): LoadSeen;
  /** Changes the mix of requests, for those that are asked from now on. */
  ask(mix: MixName): void;
  stop(): Promise<void>;
}

export interface LoadSeen {
  readonly ms: Spread;
  /** Wrong answers and errors, each with what was asked. */
  readonly faults: readonly string[];
}

export interface LoadOptions {
  /** One client for each; each waits `pauseMs` between an answer and its next request. */
  readonly urls: readonly string[];
  /** What the mix of requests is about; all of it is asked at first. */
  readonly subject: MixSubject;
  readonly pauseMs: number;
  readonly seed: number;
}

/** What the clients tell of one request. */
export interface Sample {
  /** Epoch milliseconds, with fractions. */
  readonly startedAt: number;
  readonly ms: number;
  readonly fault: string | undefined;
}

/** What the clients are told; first of all to start. */
export type Order =
  | { readonly kind: 'start'; readonly options: LoadOptions }
  | { readonly kind: 'ask'; readonly mix: MixName }
  | { readonly kind: 'stop' };

/**
 * Clients that go on asking until `stop`. They have a process of their own: beside gateways and links they would wait for
 * the processor, and that would count as the gateways' latency. Resolves with the first answer.
 */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const samples: Sample[] = [];
  const clients = fork(await compiledProgram('src/testing/prove/outages/clients.ts'));
  clients.on('message', (sample: Sample) => samples.push(sample));
  const ended = once(clients, 'exit');
  const tell = (order: Order) => clients.send(order);
  tell({ kind: 'start', options });
  await Promise.race([once(clients, 'message'), ended]);

  return {
    seenSince(since) {
      const from = performance.timeOrigin + since;
      const seen = samples.filter(({ startedAt }) => startedAt >= from);
      return {
        ms: spreadOf(seen.map(({ ms }) => ms)),
        faults: seen.flatMap(({ fault }) => (fault === undefined ? [] : [fault])),
      };
    },
    ask: (mix) => void tell({ kind: 'ask', mix }),
    async stop() {
      if (clients.connected) tell({ kind: 'stop' });
      const [code] = (await ended) as [number | null];
      if (code !== 0) throw new Error(`the clients ended with ${code}`);
    },
  };
}
