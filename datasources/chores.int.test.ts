import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createShards, type Shards } from '../src/database/shards.ts';
import { openAccounts, storeOf, type Gateway } from '../src/testing/accounts.ts';
import { onServer } from '../src/testing/database.ts';
import { dropLinkPartition } from '../src/testing/links.ts';
import { createChores } from './chores.ts';
import { createLinks } from './links/links.ts';

let own: Awaited<ReturnType<typeof openAccounts>>;
let gateway: Gateway;
let shards: Shards;
beforeAll(async () => {
  own = await openAccounts();
  gateway = await own.openGateway();
  shards = createShards({ clusters: [gateway.database] });
});
afterAll(async () => {
  await own.closeGateways();
  await own.drop();
});

async function run(name: string): Promise<number> {
  const chore = createChores({ openStore: () => storeOf(gateway), shards }).find((one) => one.name === name);
  if (chore === undefined) throw new Error(`no chore ${name}`);
  return chore.run();
}

const execute = (text: string) => onServer<{ readonly count?: number }>(own.primaryUrl, text);

describe('expired links', () => {
  const get = (code: string) =>
    createLinks({ store: storeOf(gateway), shards, publicUrl: () => 'https://sho.example' }).get(code);

  it('are kept for 30 days and then removed with their aliases, whatever is cached of them', async () => {
    await execute(
      `WITH made AS (
         INSERT INTO links (id, code, url, owner_id, expires_at)
         SELECT first_link_id(now()) + n, 'swept-' || n, 'https://example.com/', 1, now() - make_interval(days => n)
         FROM generate_series(29, 31) AS n RETURNING id, code)
       INSERT INTO link_aliases SELECT code, id FROM made`,
    );
    await own.replicated();
    expect((await get('swept-31'))?.code).toBe('swept-31');
    await gateway.cache.idle();
    expect(await run('expired-links')).toBe(2);
    expect(await get('swept-31')).toBeUndefined();
    expect((await get('swept-29'))?.code).toBe('swept-29');
    expect(await execute('SELECT alias FROM link_aliases')).toEqual([{ alias: 'swept-29' }]);
    expect(await run('expired-links')).toBe(0);
  });

  it('are removed however many there are', async () => {
    await execute(
      `INSERT INTO links (id, code, url, owner_id, expires_at)
       SELECT first_link_id(now()) + n, 'many-' || n, 'https://example.com/', 1, now() - interval '40 days'
       FROM generate_series(100, 1299) AS n`,
    );
    expect(await run('expired-links')).toBe(1_200);
  });
});

describe('partitions of links', () => {
  const count = async () =>
    (await execute(`SELECT count(*)::int FROM pg_inherits WHERE inhparent = 'links'::regclass`))[0]?.count;

  it('are made for this month and the next three, once, also by two at the same time', async () => {
    const before = await count();
    await dropLinkPartition(own.primaryUrl, 3);
    const made = await Promise.all([run('link-partitions'), run('link-partitions')]);
    expect(made.toSorted()).toEqual([0, 1]);
    expect(await count()).toBe(before);
  });

  it('have the same keys as the others: what is removed from them names its code in the log', async () => {
    const identities = await execute(
      `SELECT count(*)::int FROM pg_index JOIN pg_inherits ON inhrelid = indrelid
       WHERE inhparent = 'links'::regclass AND indisreplident`,
    );
    expect(identities).toEqual([{ count: await count() }]);
  });
});

describe('outcomes of repeatable requests', () => {
  it('are forgotten after 30 days', async () => {
    await execute(
      `INSERT INTO outcomes (user_id, operation, key, request, outcome, created_at)
       SELECT 1, 'transfer', 'key-' || n, '', '{}', now() - make_interval(days => n) FROM generate_series(28, 32) AS n`,
    );
    // Days are compared to the moment: the one of 30 days ago is past it by now.
    expect(await run('old-outcomes')).toBe(3);
    expect(await execute('SELECT key FROM outcomes ORDER BY key')).toEqual([
      { key: 'key-28' },
      { key: 'key-29' },
    ]);
  });
});
