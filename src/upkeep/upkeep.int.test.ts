import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../testing/database.ts';
import { createFaultProxy, type FaultProxy } from '../testing/servers/fault-proxy.ts';
import type { Chore } from './chore.ts';
import { createUpkeep, type Upkeep } from './upkeep.ts';

let database: TestDatabase;
let proxy: FaultProxy;
const opened: Upkeep[] = [];
const log = createLog({ level: 'silent' });
beforeAll(async () => {
  database = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [] });
  proxy = await createFaultProxy({ targetPort: Number(new URL(database.primaryUrl).port) });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
  await proxy.setMode({ kind: 'pass' });
});
afterAll(async () => {
  await proxy.close();
  await database.drop();
});

function open(chores: readonly Chore[], url = database.primaryUrl) {
  const metrics = createMetrics();
  const upkeep = createUpkeep({
    primaryUrl: () => url,
    chores,
    ...{ clock: systemClock, random: () => 0.5, metrics, log },
    settings: { lookEveryMs: 20, silentMs: 2_000, connectTimeoutMs: 5_000, statementTimeoutMs: 5_000 },
  });
  opened.push(upkeep);
  return { upkeep, metrics };
}

/** Notes by whom it is done, and whether two are at it. */
function createNotes() {
  const runs: string[] = [];
  let underWay = 0;
  let most = 0;
  const chore = (who: string, everyMs = 10): Chore => ({
    name: 'note',
    everyMs,
    async run() {
      underWay += 1;
      most = Math.max(most, underWay);
      await systemClock.sleep(5);
      runs.push(who);
      underWay -= 1;
      return 2;
    },
  });
  return { chore, runs, most: () => most };
}

const endSessions = () =>
  onServer(
    database.primaryUrl,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'upkeep' AND datname = current_database()`,
  );
const patience = { timeout: 20_000, interval: 10 };

describe('chores', () => {
  it('are done by one worker at a time, again and again', async () => {
    const notes = createNotes();
    const one = open([notes.chore('one')]);
    await vi.waitFor(() => expect(notes.runs.length).toBeGreaterThan(0), patience);
    open([notes.chore('two')]);
    await vi.waitFor(() => expect(notes.runs.length).toBeGreaterThan(4), patience);
    expect(new Set(notes.runs)).toEqual(new Set(['one']));
    expect(notes.most()).toBe(1);
    const { values } = await one.metrics.upkeepThings.get();
    expect(values[0]).toMatchObject({ labels: { chore: 'note' } });
    expect(values[0]?.value).toBeGreaterThanOrEqual(8);
  });

  it('wait for their time', async () => {
    const notes = createNotes();
    const other = createNotes();
    open([notes.chore('hourly', 3_600_000), other.chore('often')]);
    await vi.waitFor(() => expect(other.runs.length).toBeGreaterThan(3), patience);
    expect(notes.runs).toEqual(['hourly']);
  });

  it('go to a spare when the leader leaves', async () => {
    const notes = createNotes();
    const { upkeep } = open([notes.chore('one')]);
    await vi.waitFor(() => expect(notes.runs).toContain('one'), patience);
    open([notes.chore('two')]);
    await upkeep.close();
    await vi.waitFor(() => expect(notes.runs).toContain('two'), patience);
  });

  it('go to a spare when the leader is cut off, within what Postgres waits for a word of it', async () => {
    const notes = createNotes();
    open([notes.chore('cut off')], proxy.through(database.primaryUrl));
    await vi.waitFor(() => expect(notes.runs).toContain('cut off'), patience);
    open([notes.chore('spare')]);
    await proxy.setMode({ kind: 'black-hole' });
    await vi.waitFor(() => expect(notes.runs).toContain('spare'), patience);
  });

  it('find a leader again although nothing was due when the session ended', async () => {
    const notes = createNotes();
    open([notes.chore('hourly', 3_600_000)]);
    await vi.waitFor(() => expect(notes.runs).toHaveLength(1), patience);
    await endSessions();
    // Whoever takes the lead begins with every chore.
    await vi.waitFor(() => expect(notes.runs).toHaveLength(2), patience);
  });

  it('go on with the next leader after the server has ended the session, and one that fails stops none of the others', async () => {
    const notes = createNotes();
    const failing: Chore = { name: 'fails', everyMs: 10, run: () => Promise.reject(new Error('cannot')) };
    const { metrics } = open([failing, notes.chore('one')]);
    await vi.waitFor(() => expect(notes.runs.length).toBeGreaterThan(0), patience);
    const before = notes.runs.length;
    await endSessions();
    await vi.waitFor(() => expect(notes.runs.length).toBeGreaterThan(before + 2), patience);
    const { values } = await metrics.upkeepRuns.get();
    expect(values.map(({ labels }) => `${labels.chore} ${labels.outcome}`).toSorted()).toEqual([
      'fails failed',
      'note done',
    ]);
  });
});
