import { Redis } from 'ioredis';
import pg from 'pg';
import type { Resources } from '../../src/testing/prove/resources.ts';
import type { Stage } from '../../src/testing/prove/stage.ts';

/** What the servers behind have been asked so far, by whomever; as they count it themselves. */
export interface Counts {
  /** Statements of Postgres, the primary and the replica, transactions' beginnings and ends among them. */
  readonly statements: number;
  /** Commands of Redis; those that a script runs count as well. */
  readonly commands: number;
  /** Times that Redis has read from a client: what is sent at once is read at once. */
  readonly trips: number;
  readonly atMs: number;
}

export interface Counter {
  readonly read: () => Promise<Counts>;
}

const statementsText = `SELECT coalesce(sum(calls), 0)::float8 AS calls FROM pg_stat_statements
  WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** On connections of its own. */
export async function openCounter({ servers }: Stage, resources: Resources): Promise<Counter> {
  const urls = [servers.primaryUrl, ...servers.replicaUrls];
  const clients = urls.map((url) => new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 }));
  for (const client of clients)
    await resources.open(
      () => client.connect(),
      () => client.end(),
    );
  const redis = await resources.open(
    () => Promise.resolve(new Redis(servers.redisUrl)),
    (opened) => opened.quit(),
  );
  return {
    async read() {
      const results = await Promise.all(
        clients.map((client) => client.query<{ calls: number }>(statementsText)),
      );
      const info = await redis.info('commandstats');
      const stats = await redis.info('stats');
      return {
        statements: results.reduce((sum, { rows }) => sum + (rows[0]?.calls ?? 0), 0),
        commands: commandsIn(info),
        trips: Number(/^total_reads_processed:(\d+)/m.exec(stats)?.[1] ?? 0),
        atMs: performance.now(),
      };
    },
  };
}

/** Of `INFO commandstats`: lines such as `cmdstat_get:calls=12,usec=34,…`. */
export function commandsIn(info: string): number {
  const calls = [...info.matchAll(/^cmdstat_(\S+?):calls=(\d+)/gm)];
  return calls.reduce((sum, [, name, count]) => (name === 'info' ? sum : sum + Number(count)), 0);
}

/** How many come in one ms. */
export type Rates = Readonly<Record<Exclude<keyof Counts, 'atMs'>, number>>;

export function rateOf(after: Counts, before: Counts): Rates {
  const ms = after.atMs - before.atMs;
  return {
    statements: (after.statements - before.statements) / ms,
    commands: (after.commands - before.commands) / ms,
    trips: (after.trips - before.trips) / ms,
  };
}

/** What was asked meanwhile for one of so many requests, but for what servers ask by themselves when nobody asks them. */
export function askedForOne(requests: number, after: Counts, before: Counts, idle: Rates): Rates {
  const rates = rateOf(after, before);
  const ms = after.atMs - before.atMs;
  const each = (name: keyof Rates) => (Math.max(0, rates[name] - idle[name]) * ms) / Math.max(1, requests);
  return { statements: each('statements'), commands: each('commands'), trips: each('trips') };
}
