import type { Cache } from '../../../cache/cache.ts';
import type { Database } from '../../../database/database.ts';
import type { Queryable } from '../../../database/sql.ts';
import type { Overrides } from '../../../overrides.ts';
import type { RedisPubSub } from '../../../pubsub/redis-pubsub.ts';

/** Where a part of the gateway fails, and with what. */
export interface Fault {
  readonly place: Place;
  readonly thrown: unknown;
}

export const places = ['read', 'statement', 'write', 'cache', 'subscribe', 'stream'] as const;
export type Place = (typeof places)[number];

/** Parts of a gateway that fail while `begin` has been called and `end` has not. */
export interface Faulty {
  readonly around: NonNullable<Overrides['around']>;
  begin(fault: Fault): void;
  end(): void;
}

export function createFaulty(): Faulty {
  let current: Fault | undefined;

  async function meet(place: Place): Promise<void> {
    await Promise.resolve();
    // Throws what libraries throw, which is not always an error.
    if (current?.place === place) AbortSignal.abort(current.thrown).throwIfAborted();
  }

  const faultyRows = (db: Queryable): Queryable => ({
    async rows(statement) {
      await meet('statement');
      return db.rows(statement);
    },
  });
  const database = (own: Database): Database => ({
    ...own,
    async read(need, work) {
      await meet('read');
      return own.read(need, (db) => work(faultyRows(db)));
    },
    async write(work, ...rest) {
      await meet('write');
      return own.write((tx) => work(faultyRows(tx)), ...rest);
    },
  });
  const cache = (own: Cache): Cache => ({
    ...own,
    async getMany(...asked) {
      await meet('cache');
      return own.getMany(...asked);
    },
  });
  const pubsub = (own: RedisPubSub): RedisPubSub => ({
    ...own,
    async subscribe(channels) {
      await meet('subscribe');
      const subscription = await own.subscribe(channels);
      return {
        close: () => subscription.close(),
        async *[Symbol.asyncIterator]() {
          await meet('stream');
          yield* subscription;
        },
      };
    },
  });
  return {
    around: { database, cache, pubsub },
    begin: (fault) => (current = fault),
    end: () => (current = undefined),
  };
}
