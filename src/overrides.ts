import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { GraphQLSchema } from 'graphql';
import type { HashCost } from './auth/passwords.ts';
import type { Cache } from './cache/cache.ts';
import type { CacheSettings, Protections } from './cache/settings.ts';
import type { Database } from './database/database.ts';
import type { createGraphqlServer } from './graphql/server.ts';
import type { LiveSettings } from './http/live/settings.ts';
import type { JobSettings } from './jobs/shift.ts';
import type { Tasks } from './jobs/task.ts';
import type { Quotas } from './limits/quotas.ts';
import type { Log } from './log/log.ts';
import type { PubSub } from './pubsub/pubsub.ts';
import type { PubSubSettings, RedisPubSub } from './pubsub/redis-pubsub.ts';
import type { JoinedLoads } from './store/joined-loads.ts';
import type { Batch } from './write-behind/buffer.ts';

/** What tests and proofs set otherwise. */
export interface Overrides {
  readonly log?: Log;
  readonly hashCost?: HashCost;
  readonly protections?: Protections;
  readonly cacheSettings?: Partial<CacheSettings>;
  readonly jobSettings?: Partial<JobSettings>;
  readonly pubsubSettings?: Partial<PubSubSettings>;
  readonly liveSettings?: Partial<LiveSettings>;
  readonly sessionCheckEveryMs?: number;
  readonly clickSettings?: { readonly gatherEveryMs?: number; readonly flushEveryMs?: number };
  /** Served in place of the contract. */
  readonly schema?: (pubsub: PubSub) => GraphQLSchema;
  readonly tasks?: Tasks;
  /** Takes the spans in place of a collector. */
  readonly spanExporter?: SpanExporter;
  /** What all the rest of the gateway uses in place of a part: the part itself behind something else. */
  readonly around?: Partial<Around>;
}

export interface Around {
  readonly database: (own: Database) => Database;
  readonly cache: (own: Cache) => Cache;
  readonly loads: (own: JoinedLoads) => JoinedLoads;
  readonly pubsub: (own: RedisPubSub) => RedisPubSub;
  readonly quotas: (own: Quotas) => Quotas;
  /** How Apollo is made. */
  readonly graphql: (own: typeof createGraphqlServer) => typeof createGraphqlServer;
  /** How a batch of clicks is applied. */
  readonly clicks: (own: ApplyBatch) => ApplyBatch;
}

type ApplyBatch = (batch: Batch) => Promise<boolean>;

const asItIs = <Part>(part: Part): Part => part;

export const aroundOf = ({ around }: Overrides): Around => ({
  ...{ database: asItIs, cache: asItIs, loads: asItIs, pubsub: asItIs },
  ...{ quotas: asItIs, graphql: asItIs, clicks: asItIs },
  ...around,
});
