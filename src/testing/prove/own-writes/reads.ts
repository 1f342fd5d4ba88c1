import { onServer } from '../../database.ts';
import type { Stage } from '../stage.ts';

/** Statements that read rows, as the servers counted them. */
export interface Reads {
  /** Of policies and lists that are read on the primary by design: sessions and stock. */
  readonly strict: number;
  readonly others: number;
}

export interface ReadsByServer {
  readonly primary: Reads;
  readonly replica: Reads;
  /** Transactions on the primary, each of which changes rows with one statement. */
  readonly writes: number;
  /** Changes of the cache's counters, each a statement of its own: a gateway notes which Redis it has found. */
  readonly epochs: number;
  /** Batches of last activities and of views, each a transaction of five statements. */
  readonly batches: number;
}

/** For the stage: each server counts what it runs. */
export const countingSettings = { shared_preload_libraries: 'pg_stat_statements' } as const;

export async function startCounting({ servers }: Stage): Promise<void> {
  await onServer(servers.primaryUrl, 'CREATE EXTENSION pg_stat_statements');
}

/** What both servers have read of the domains' tables while `work` ran. */
export async function countReads({ servers }: Stage, work: () => Promise<void>): Promise<ReadsByServer> {
  const look = async () => ({
    primary: await readsOf(servers.primaryUrl),
    replica: await readsOf(servers.replicaUrls[0] ?? ''),
  });
  const before = await look();
  await work();
  const after = await look();
  const since = (server: 'primary' | 'replica') => ({
    strict: after[server].strict - before[server].strict,
    others: after[server].others - before[server].others,
  });
  return {
    primary: since('primary'),
    replica: since('replica'),
    writes: after.primary.writes - before.primary.writes,
    epochs: after.primary.epochs - before.primary.epochs,
    batches: after.primary.batches - before.primary.batches,
  };
}

async function readsOf(url: string) {
  const [row] = await onServer<Reads & Pick<ReadsByServer, 'writes' | 'epochs' | 'batches'>>(
    url,
    `SELECT
       coalesce(sum(calls) FILTER (WHERE query ~ '^\\s*SELECT.* FROM (inventory|sessions)'), 0)::integer AS strict,
       coalesce(sum(calls) FILTER (WHERE query ~ '^\\s*SELECT.* FROM (products|users)'), 0)::integer AS others,
       coalesce(sum(calls) FILTER (WHERE query ~ '^\\s*UPDATE (products|sessions)'), 0)::integer AS writes,
       coalesce(sum(calls) FILTER (WHERE query ~ '^\\s*UPDATE cache_epochs'), 0)::integer AS epochs,
       coalesce(sum(calls) FILTER (WHERE query ~ '^\\s*INSERT INTO (last_seen|product_popularity)'), 0)::integer AS batches
     FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  if (row === undefined) throw new Error('no statistics');
  return row;
}
