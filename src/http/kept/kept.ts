import type { Cache } from '../../cache/cache.ts';
import type { Makings } from '../../cache/makings.ts';
import type { Protections } from '../../cache/settings.ts';
import type { Clock } from '../../clock/clock.ts';
import type { Config } from '../../config/config.ts';
import { createKeptAnswers, type KeptAnswers } from '../../graphql/kept/kept-answers.ts';
import type { Context } from '../../context/context.ts';
import type { Caller } from '../../context/create-context.ts';
import type { RateLimit } from '../../limits/rate/rate-limit.ts';
import type { ClientAddress } from '../client-address.ts';
import type { HotLane } from '../redirects/hot-lane.ts';
import type { Records } from '../request-record.ts';
import { createKeptLane, type KeptLane } from './lane.ts';
import { createRepeats, type Repeats } from './repeats.ts';

/** All that answering from kept answers takes. */
export interface Kept {
  readonly answers: KeptAnswers;
  readonly repeats: Repeats;
  readonly lane: KeptLane;
  /** Begins to note what an answer is made of. */
  readonly makings: () => Makings;
}

interface Needs extends Records {
  readonly cache: Pick<Cache, 'makings'>;
  /** All where it is left out. */
  readonly protections?: Protections | undefined;
  readonly clock: Clock;
  readonly createContext: (caller: Caller) => Promise<Context>;
  readonly rateLimit: RateLimit;
  readonly clientAddress: ClientAddress;
  readonly consistencyHeader: string;
}

/** Undefined where none are to be kept; the lane then takes nothing. */
export function openKept(
  { RESPONSE_CACHE_MB }: Pick<Config, 'RESPONSE_CACHE_MB'>,
  { cache, protections, clock, metrics, ...needs }: Needs,
): { readonly kept: Kept | undefined; readonly hotLane: HotLane } {
  if (RESPONSE_CACHE_MB === 0) return { kept: undefined, hotLane: () => false };
  const maxBytes = RESPONSE_CACHE_MB * 1_048_576;
  const answers = createKeptAnswers({ maxBytes, metrics, holders: protections?.holders !== false });
  const repeats = createRepeats({ answers, clock, metrics });
  const lane = createKeptLane({ ...needs, answers, repeats, metrics });
  return { kept: { answers, repeats, lane, makings: cache.makings }, hotLane: lane.take };
}
