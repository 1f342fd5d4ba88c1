import type { Cache } from '../cache/cache.ts';
import type { Database } from '../database/database.ts';
import type { Queryable } from '../database/sql.ts';
import type { Tracing } from '../tracing/tracing.ts';

/** The cache, with a span around each batch of a loader; as it is where nothing is recorded. */
export function tracedCache(cache: Cache, tracing: Tracing): Cache {
  if (!tracing.isOn) return cache;
  return {
    ...cache,
    getMany: (policy, keys, ...rest) =>
      tracing.span(
        `load ${policy.name}`,
        () => ({ 'load.keys': keys.length }),
        () => cache.getMany(policy, keys, ...rest),
      ),
  };
}

/** The database, with a span around each statement and each transaction; as it is where nothing is recorded. */
export function tracedDatabase(database: Database, tracing: Tracing): Database {
  if (!tracing.isOn) return database;
  const traced = (db: Queryable): Queryable => ({
    // The text has placeholders where the values are.
    rows: (statement) =>
      tracing.span(
        'postgres statement',
        () => ({ 'db.system.name': 'postgresql', 'db.query.text': statement.text.trim() }),
        () => db.rows(statement),
      ),
  });
  return {
    ...database,
    read: (need, work) => database.read(need, (db) => work(traced(db))),
    write: (work, ...rest) =>
      tracing.span(
        'postgres transaction',
        () => ({ 'db.system.name': 'postgresql' }),
        () => database.write((tx) => work(traced(tx)), ...rest),
      ),
  };
}
