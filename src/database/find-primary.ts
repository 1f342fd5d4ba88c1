import pg from 'pg';

/**
 * The one of the servers that is the primary now, by the same rule as in a running gateway: not in recovery, and on the
 * highest timeline. The first where none says so; what is begun there fails and tells why.
 */
export async function findPrimary(urls: readonly [string, ...string[]]): Promise<string> {
  const [first, ...others] = urls;
  if (others.length === 0) return first;
  const claims = await Promise.all(urls.map(async (url) => ({ url, timeline: await timelineOf(url) })));
  return claims.reduce((best, claim) => (claim.timeline > best.timeline ? claim : best)).url;
}

/** Empty for a standby, and for a server that does not answer. */
async function timelineOf(url: string): Promise<string> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
  });
  // The statement under way fails too; without a listener the event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ timeline: string | null }>(
      'SELECT CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END AS timeline',
    );
    return rows[0]?.timeline ?? '';
  } catch {
    return '';
  } finally {
    await client.end().catch(() => undefined);
  }
}
