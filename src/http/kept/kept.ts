import type { Cache } from '../../cache/cache.ts';
import type { Makings } from '../../cache/makings.ts';
import type { Clock } from '../../clock/clock.ts';
import type { Config } from '../../config/config.ts';
import { createKeptAnswers, type KeptAnswers } from '../../graphql/kept/kept-answers.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { createRepeats, type Repeats } from './repeats.ts';

/** All that answering from kept answers takes. */
export interface Kept {
  readonly answers: Pick<KeptAnswers, 'keep'>;
  readonly repeats: Repeats;
  /** Begins to note what an answer is made of. */
  readonly makings: () => Makings;
}

interface Needs {
  readonly cache: Pick<Cache, 'makings'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Undefined where none are to be kept. */
export function openKept(
  { RESPONSE_CACHE_MB }: Pick<Config, 'RESPONSE_CACHE_MB'>,
  { cache, clock, metrics }: Needs,
): Kept | undefined {
  if (RESPONSE_CACHE_MB === 0) return undefined;
  const answers = createKeptAnswers({ maxBytes: RESPONSE_CACHE_MB * 1_048_576, metrics });
  return { answers, repeats: createRepeats({ answers, clock, metrics }), makings: cache.makings };
}
