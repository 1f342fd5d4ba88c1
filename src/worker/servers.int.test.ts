import { LogicalReplicationService, PgoutputPlugin } from 'pg-logical-replication';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { profilePolicy, type Profile } from '../../datasources/users/profiles.ts';
import { slotNameOf } from '../database/slot.ts';
import { migrate } from '../database/migrate.ts';
import { publication } from '../database/publication.ts';
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

let running = 0;
async function start(options: Partial<Parameters<typeof startBackstop>[0]> = {}): Promise<TestBackstop> {
  const backstop = await startBackstop({
    app,
    primaryUrl: servers.databaseUrl,
    redisUrl: servers.redisUrl,
    ...options,
  });
  running += 1;
  onTestFinished(async () => {
    await backstop.close();
    running -= 1;
    // A slot that nobody reads any more keeps the log; one that another has taken over is not free yet.
    if (running === 0) await vi.waitFor(() => dropSlot(), patience);
  });
  return backstop;
}

const dropSlot = () =>
  psql('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1', [
    slotNameOf(app),
  ]);

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
  it('is taken over from a process that is frozen or cut off', async () => {
    const address = new URL(servers.databaseUrl);
    const proxy = await createFaultProxy({ targetPort: Number(address.port) });
    onTestFinished(() => proxy.close());
    const first = await start({ primaryUrl: proxy.through(servers.databaseUrl) });
    await first.follows();
    const spare = await start();
    await proxy.setMode({ kind: 'black-hole' });
    await spare.follows();
    await proxy.setMode({ kind: 'pass' });
    // The first one has noticed by itself, and is the spare now.
    await vi.waitFor(async () => expect(await valueOf(first.metrics.backstopActive)).toBe(0), patience);
    expect(spare.raised).toEqual([]);
  });

  it('does not keep the server from shutting down, though the slot is confirmed late', async () => {
    const backstop = await start();
    await backstop.follows();
    await psql(`UPDATE users SET display_name = 'Changed'`);
    await servers.primary?.restart();
    await vi.waitFor(
      async () => expect(await valueOf(backstop.metrics.backstopErrors)).toBeGreaterThan(0),
      patience,
    );
    await backstop.follows();
    expect(backstop.raised).toHaveLength(1);
  });

  it('would keep it, if the late position were told all the time: the test above would notice', async () => {
    const slot = slotNameOf(app);
    const [made] = await psql(`SELECT lsn::text FROM pg_create_logical_replication_slot($1, 'pgoutput')`, [
      slot,
    ]);
    const service = new LogicalReplicationService(
      { connectionString: servers.databaseUrl },
      { acknowledge: { auto: false, timeoutSeconds: 0 } },
    );
    const early = () => void service.acknowledge(made?.['lsn'] ?? '');
    service.on('heartbeat', early);
    service.on('error', () => undefined);
    const started = new Promise<void>((resolve) => service.on('start', resolve));
    const plugin = new PgoutputPlugin({ protoVersion: 1, publicationNames: [publication] });
    service.subscribe(plugin, slot).catch(() => undefined);
    await started;
    await psql(`UPDATE users SET display_name = 'Changed'`);
    early();

    let isDown = false;
    const restarting = servers.primary?.restart().then(() => (isDown = true));
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(isDown).toBe(false);
    await service.destroy();
    await restarting;
    await psql('SELECT pg_drop_replication_slot($1)', [slot]);
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

  it('is warned of where nothing bounds what it keeps, and nowhere else', async () => {
    const faultsAtStart = async () => {
      const lines: string[] = [];
      const log = createLog({ level: 'warn', destination: { write: (line) => lines.push(line) } });
      const backstop = await start({ log });
      await backstop.follows();
      await backstop.close();
      const { values } = await backstop.metrics.backstopFaults.get();
      return {
        fault: values.find(({ labels }) => labels.fault === 'unbounded_slot')?.value,
        warnings: lines.filter((line) => line.includes('max_slot_wal_keep_size is -1')).length,
      };
    };
    expect(await faultsAtStart()).toEqual({ fault: 0, warnings: 0 });
    await psql('ALTER SYSTEM SET max_slot_wal_keep_size = -1');
    onTestFinished(async () => {
      await psql('ALTER SYSTEM RESET max_slot_wal_keep_size');
      await psql('SELECT pg_reload_conf()');
    });
    await psql('SELECT pg_reload_conf()');
    expect(await faultsAtStart()).toEqual({ fault: 1, warnings: 1 });
  });
});
