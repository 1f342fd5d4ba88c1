import { seededRandom, type Random } from '../../../clock/random.ts';
import { postQuery, type AnswerError } from '../../gateway.ts';
import { spreadOf, type Spread } from '../measures.ts';
import { pause } from '../stage.ts';

/** One kind of request of the mix. */
export interface Ask {
  readonly name: string;
  readonly document: string;
  readonly token?: string;
  variables?(random: Random): Readonly<Record<string, unknown>>;
  /** Whether the data is what it must be. */
  isRight(data: never): boolean;
}

export interface Load {
  /** What was asked since `since` (by performance.now()) and is answered by now. */
  seenSince(since: number): LoadSeen;
  /** Changes the mix of requests, for those that are asked from now on. */
  ask(asks: readonly Ask[]): void;
  stop(): Promise<void>;
}

export interface LoadSeen {
  readonly ms: Spread;
  /** Wrong answers and errors, each with what was asked. */
  readonly faults: readonly string[];
}

interface LoadOptions {
  /** One client for each; each waits `pauseMs` between an answer and its next request. */
  readonly urls: readonly string[];
  readonly asks: readonly Ask[];
  readonly pauseMs: number;
  readonly seed: number;
}

interface Sample {
  readonly startedAt: number;
  readonly ms: number;
  readonly fault: string | undefined;
}

/** Clients that go on asking until `stop`. */
export function startLoad({ urls, asks, pauseMs, seed }: LoadOptions): Load {
  const samples: Sample[] = [];
  let mix = asks;
  let isOver = false;

  async function runClient(url: string, random: Random): Promise<void> {
    while (!isOver) {
      const ask = mix[Math.floor(random() * mix.length)];
      if (ask === undefined) throw new Error('nothing to ask');
      const startedAt = performance.now();
      const fault = await tryOnce(url, ask, random);
      samples.push({ startedAt, ms: performance.now() - startedAt, fault });
      await pause(pauseMs);
    }
  }

  const clients = urls.map((url, index) => runClient(url, seededRandom(seed + index)));
  return {
    seenSince(since) {
      const seen = samples.filter(({ startedAt }) => startedAt >= since);
      return {
        ms: spreadOf(seen.map(({ ms }) => ms)),
        faults: seen.flatMap(({ fault }) => (fault === undefined ? [] : [fault])),
      };
    },
    ask: (next) => void (mix = next),
    async stop() {
      isOver = true;
      await Promise.all(clients);
    },
  };
}

async function tryOnce(url: string, ask: Ask, random: Random): Promise<string | undefined> {
  try {
    const { data, errors } = await postQuery(url, ask.document, {
      token: ask.token,
      variables: ask.variables?.(random) ?? {},
    });
    if (errors.length > 0) return `${ask.name}: ${codesOf(errors)}`;
    return data != null && ask.isRight(data as never) ? undefined : `${ask.name}: ${JSON.stringify(data)}`;
  } catch (error) {
    return `${ask.name}: ${String(error)}`;
  }
}

const codesOf = (errors: readonly AnswerError[]) =>
  errors.map(({ extensions }) => extensions.code).join(', ');
