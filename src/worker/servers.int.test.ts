import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { profilePolicy, type Profile } from '../../datasources/users/profiles.ts';
import { parseLsn } from '../clock/lsn.ts';
import { slotNameOf } from '../database/slot.ts';
import { migrate } from '../database/migrate.ts';
import { createLog } from '../log/log.ts';
import { patience, startBackstop, valueOf, type TestBackstop } from '../testing/backstop.ts';
import { onServer } from '../testing/database.ts';
import { randomAppName } from '../testing/gateway.ts';
import { createFaultProxy } from '../testing/servers/fault-proxy.ts';
import { startTestServers, type TestServers } from '../testing/servers/test-servers.ts';

/** What only servers of one's own can be made to do. */
let servers: TestServers;
let app: string;
beforeAll(async () => {
  servers = await startTestServers({ postgresSettings: { max_wal_size: '64MB', min_wal_size: '32MB' } });
  await migrate(servers.databaseUrl, createLog({ level: 'silent' }));
});
afterAll(() => servers.stop());
beforeEach(() => {
  app = randomAppName();
});

const psql = (text: string, values: readonly unknown[] = []) =>
  onServer<Record<string, string>>(servers.databaseUrl, text, values);

async function start(options: Partial<Parameters<typeof startBackstop>[0]> = {}): Promise<TestBackstop> {
  const backstop = await startBackstop({
    app,
    primaryUrl: servers.databaseUrl,
    redisUrl: servers.redisUrl,
    ...options,
  });
  onTestFinished(async () => {
    await backstop.close();
    // A slot that nobody reads any more keeps the log.
    await psql('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1', [
      slotNameOf(app),
    ]);
  });
  return backstop;
}

async function somebody(): Promise<string> {
  const rows = await psql(
    `INSERT INTO users (username, password_hash, display_name) VALUES ('u_' || gen_random_uuid(), '-', 'Old') RETURNING id::text`,
  );
  return rows[0]?.['id'] ?? '';
}

/** Reads through the backstop's own cache; a miss is read on the primary. */
async function nameThroughCache({ gateway }: TestBackstop, id: string): Promise<string | undefined> {
  const found = await gateway.cache.getMany(profilePolicy, [id], {
    load: async () => {
      const [row] = await onServer<{ name: string }>(
        servers.databaseUrl,
        'SELECT display_name AS name FROM users WHERE id = $1',
        [id],
      );
      return {
        values: new Map(row === undefined ? [] : [[id, toProfile(id, row.name)]]),
        replayed: undefined,
      };
    },
  });
  await gateway.cache.idle();
  return found.get(id)?.displayName;
}

const toProfile = (id: string, displayName: string): Profile => ({
  id,
  username: 'x',
  displayName,
  avatarUrl: null,
  statusMessage: null,
  email: null,
  phone: null,
  role: 'USER',
  createdAt: new Date(0),
});

describe('a commit that waits for a synchronous standby', () => {
  /** It is in the log, and the backstop has it, long before anybody can see it. */
  async function stuckCommit(backstop: TestBackstop, id: string) {
    const [standby] = servers.replicas;
    await psql(`ALTER SYSTEM SET synchronous_standby_names = '*'`);
    await psql('SELECT pg_reload_conf()');
    await standby?.freeze();
    const committing = psql(`UPDATE users SET display_name = 'New' WHERE id = $1`, [id]);
    const waits = () =>
      psql(`SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query LIKE 'UPDATE users%'`);
    await vi.waitFor(async () => expect(await waits()).toHaveLength(1), patience);
    // Heartbeats do not wait for the standby: one that comes later has arrived, so the stuck one has been read.
    const seen = await valueOf(backstop.metrics.backstopTransactions);
    await vi.waitFor(
      async () => expect(await valueOf(backstop.metrics.backstopTransactions)).toBeGreaterThan(seen + 2),
      patience,
    );
    return async () => {
      await standby?.resume();
      await committing;
      await psql('ALTER SYSTEM RESET synchronous_standby_names');
      await psql('SELECT pg_reload_conf()');
    };
  }

  async function run(waitForVisibility: boolean): Promise<string | undefined> {
    const backstop = await start({ waitForVisibility });
    await backstop.follows();
    const id = await somebody();
    const letGo = await stuckCommit(backstop, id);
    try {
      expect(await nameThroughCache(backstop, id)).toBe('Old');
    } finally {
      await letGo();
    }
    if (!waitForVisibility) return nameThroughCache(backstop, id);
    await vi.waitFor(async () => expect(await nameThroughCache(backstop, id)).toBe('New'), patience);
    return 'New';
  }

  it('evicts when it has become visible, and holds up no other', async () => {
    expect(await run(true)).toBe('New');
  });

  it('leaves the old row in the cache where nobody waits for that: the test would notice', async () => {
    expect(await run(false)).toBe('Old');
  });
});

describe('the place of the one who follows', () => {
  it('is taken over when its process is cut off, frozen, or simply gone', async () => {
    const address = new URL(servers.databaseUrl);
    const proxy = await createFaultProxy({ targetPort: Number(address.port) });
    onTestFinished(() => proxy.close());
    const first = await start({ primaryUrl: proxy.through(servers.databaseUrl) });
    await first.follows();
    const spare = await start();
    await proxy.setMode({ kind: 'black-hole' });
    const silentAt = performance.now();
    await spare.follows();
    console.info(`TAKEOVER frozen ${Math.round(performance.now() - silentAt)} ms`);
    await proxy.setMode({ kind: 'pass' });
    // The first one has noticed by itself, and is the spare now.
    await vi.waitFor(async () => expect(await valueOf(first.metrics.backstopActive)).toBe(0), patience);
    expect(spare.raised).toEqual([]);
  });

  it('does not keep the server from shutting down, though the slot is confirmed late', async () => {
    const backstop = await start();
    await backstop.follows();
    await psql(`UPDATE users SET display_name = 'Changed'`);
    const startedAt = performance.now();
    await servers.primary?.restart();
    console.info(`RESTART ${Math.round(performance.now() - startedAt)} ms`);
    await vi.waitFor(
      async () => expect(await valueOf(backstop.metrics.backstopErrors)).toBeGreaterThan(0),
      patience,
    );
    await backstop.follows();
    expect(backstop.raised).toHaveLength(1);
  });
});

describe('a slot that fell too far behind', () => {
  it('is lost instead of filling the disk; all entries are given up, and the log is followed again', async () => {
    const first = await start();
    await first.follows();
    await first.close();
    await psql(`ALTER SYSTEM SET max_slot_wal_keep_size = '16MB'`);
    await psql('SELECT pg_reload_conf()');
    const isLost = async () => {
      await psql('SELECT pg_switch_wal(), pg_logical_emit_message(true, $1, repeat($2, 1000000))', [
        'x',
        'y',
      ]);
      await psql('CHECKPOINT');
      const rows = await psql('SELECT wal_status AS status FROM pg_replication_slots WHERE slot_name = $1', [
        slotNameOf(app),
      ]);
      expect(rows).toEqual([{ status: 'lost' }]);
    };
    await vi.waitFor(isLost, { timeout: 20_000, interval: 5 });
    await psql('ALTER SYSTEM RESET max_slot_wal_keep_size');
    await psql('SELECT pg_reload_conf()');

    const next = await start();
    await next.follows();
    expect(next.raised).toEqual([`generation: the slot ${slotNameOf(app)} was lost`]);
    const id = await somebody();
    expect(await nameThroughCache(next, id)).toBe('Old');
    await psql(`UPDATE users SET display_name = 'New' WHERE id = $1`, [id]);
    await vi.waitFor(async () => expect(await nameThroughCache(next, id)).toBe('New'), patience);
  });
});

describe('figures', () => {
  it('commit to redis', async () => {
    const backstop = await start();
    await backstop.follows();
    const id = await somebody();
    const took: number[] = [];
    for (let n = 0; n < 300; n += 1) {
      const before = await valueOf(backstop.metrics.backstopKeys);
      await psql(`UPDATE users SET display_name = $2 WHERE id = $1`, [id, `N${n}`]);
      const at = performance.now();
      const done = backstop.gateway.metrics.cacheInvalidations;
      const was = await valueOf(done);
      while ((await valueOf(backstop.metrics.backstopKeys)) < before + 2 || (await valueOf(done)) < was)
        await new Promise((r) => setImmediate(r));
      took.push(performance.now() - at);
    }
    took.sort((a, b) => a - b);
    console.info(
      `LATENCY p50 ${took[150]?.toFixed(1)} p99 ${took[297]?.toFixed(1)} max ${took[299]?.toFixed(1)}`,
    );
    expect(parseLsn('0/0')).toBeDefined();
    expect(connect).toBeDefined();
  });
});
