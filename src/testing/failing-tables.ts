import type { Overrides } from '../overrides.ts';
import { unavailable } from '../errors/domain-error.ts';
import { pastCache } from './prove/targets/past-cache.ts';

/** How reads of some tables go: refused as by a dead server, or not answered before nobody waits any more. */
export interface Fault {
  readonly kind: 'dead' | 'slow';
  readonly tables: RegExp;
}

/** A gateway that reads past its cache, from tables that may fail. */
export function withFailingTables() {
  let fault: Fault | undefined;
  const overrides: Overrides = {
    around: {
      ...pastCache.around,
      database: (database) => ({
        ...database,
        read: (need, work) =>
          database.read(need, (db) =>
            work({
              async rows(statement) {
                if (fault?.tables.test(statement.text) === true) await failed(fault, need.signal);
                return db.rows(statement);
              },
            }),
          ),
      }),
    },
  };
  return { overrides, fail: (next: Fault | undefined) => void (fault = next) };
}

async function failed({ kind }: Fault, signal: AbortSignal | undefined): Promise<void> {
  if (kind === 'slow')
    await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
  throw unavailable('The database');
}
