import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { systemRandom } from '../clock/random.ts';
import { createLog } from '../log/log.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import { compiledProgram } from '../dev/compiled.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../testing/database.ts';
import { startProgram, type Program } from '../testing/processes.ts';
import { createJobs, type Jobs } from './jobs.ts';
import type { JobSettings } from './shift.ts';
import type { Task, Turn } from './task.ts';

let own: TestDatabase;
const patience = { timeout: 20_000, interval: 20 };

beforeAll(async () => {
  own = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [] });
});
afterAll(() => own.drop());
beforeEach(async () => {
  await ask('DELETE FROM graphile_worker._private_jobs');
  await ask('DELETE FROM job_places');
});

const ask = <Row extends Record<string, unknown>>(text: string, values: readonly unknown[] = []) =>
  onServer<Row>(own.primaryUrl, text, values);
const add = (task: string, numbers: readonly number[]) =>
  ask(
    `SELECT FROM unnest($2::int[]) n, LATERAL graphile_worker.add_job($1, json_build_object('n', n), max_attempts => 32767)`,
    [task, numbers],
  );
const left = async () =>
  Number((await ask<{ n: string }>('SELECT count(*) n FROM graphile_worker.jobs'))[0]?.n);
const places = async () => (await ask<{ id: number }>('SELECT id FROM job_places')).length;
/** What the library's back-off puts off is due now. */
const hurry = () => ask('UPDATE graphile_worker._private_jobs SET run_at = now() WHERE locked_at IS NULL');

interface Started extends Jobs {
  readonly metrics: Metrics;
  readonly lines: readonly string[];
}

function start(tasks: Readonly<Record<string, Partial<Task>>>, settings: Partial<JobSettings> = {}): Started {
  const metrics = createMetrics();
  const lines: string[] = [];
  const whole = Object.entries(tasks).map(([name, task]): [string, Task] => [
    name,
    { attempts: 3, run: () => Promise.resolve(), abandon: () => Promise.resolve(), ...task },
  ]);
  const jobs = createJobs({
    primaryUrl: () => own.primaryUrl,
    app: 'test',
    clock: systemClock,
    random: systemRandom,
    metrics,
    log: createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } }),
    tasks: Object.fromEntries(whole),
    settings: { concurrency: 4, pollMs: 50, lookMs: 50, graceMs: 200, ...settings },
  });
  onTestFinished(() => jobs.close());
  return { ...jobs, metrics, lines };
}

const numberOf = (payload: unknown) => (payload as { readonly n: number }).n;
const outcomes = async ({ metrics }: Started) =>
  Object.fromEntries(
    (await metrics.jobs.get()).values.map(({ labels, value }): [string, number] => [
      String(labels.outcome),
      value,
    ]),
  );

describe('jobs', () => {
  it('are done once each, however many do them', async () => {
    const done: number[] = [];
    const numbers = Array.from({ length: 200 }, (_, n) => n);
    await add('count', numbers);
    const run = (payload: unknown) => Promise.resolve(void done.push(numberOf(payload)));
    for (let process = 0; process < 3; process += 1) start({ count: { run } });
    await vi.waitFor(async () => expect(await left()).toBe(0), patience);
    expect(done.toSorted((one, other) => one - other)).toEqual(numbers);
  });

  it('begin at a word from Postgres, long before the next look', async () => {
    const begun = vi.fn(() => Promise.resolve());
    const jobs = start({ soon: { run: begun } }, { pollMs: 60_000 });
    await vi.waitFor(() => expect(jobs.isWorking()).toBe(true), patience);
    // The first look of all has found nothing.
    await vi.waitFor(async () => expect(await listeners()).toBe(1), patience);
    await add('soon', [1]);
    await vi.waitFor(() => expect(begun).toHaveBeenCalledTimes(1), { timeout: 5_000, interval: 20 });
  });

  it('that fail are tried again later, and said aloud once', async () => {
    const attempts: number[] = [];
    const run = (_payload: unknown, turn: Turn) => {
      attempts.push(turn.attempt);
      return turn.attempt < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve();
    };
    await add('stubborn', [1]);
    const jobs = start({ stubborn: { run } });
    await vi.waitFor(() => expect(attempts).toEqual([1]), patience);
    await vi.waitFor(async () => expect(await waiting()).toHaveLength(1), patience);
    expect((await waiting())[0]?.seconds).toBeGreaterThan(1);
    while (attempts.length < 3) await hurry();
    await vi.waitFor(async () => expect(await left()).toBe(0), patience);
    expect(attempts).toEqual([1, 2, 3]);
    expect(await outcomes(jobs)).toEqual({ failed: 2, done: 1 });
    expect(jobs.lines.filter((line) => line.includes('has failed'))).toHaveLength(1);
  });

  it('are abandoned after their last attempt, with its error, and not before that is recorded', async () => {
    const reasons: string[] = [];
    const run = vi.fn((_payload: unknown, turn: Turn) => Promise.reject(new Error(`no ${turn.attempt}`)));
    const abandon = (_payload: unknown, error: string) => {
      reasons.push(error);
      return reasons.length === 1 ? Promise.reject(new Error('no database')) : Promise.resolve();
    };
    await add('hopeless', [1]);
    const jobs = start({ hopeless: { attempts: 2, run, abandon } });
    await vi.waitFor(async () => {
      await hurry();
      expect(await left()).toBe(0);
    }, patience);
    expect(run).toHaveBeenCalledTimes(2);
    // At the second time only what the queue has kept is known.
    expect(reasons).toEqual(['no 2', 'no database']);
    expect(await outcomes(jobs)).toEqual({ failed: 2, abandoned: 1 });
  });

  it('whose worker died in their last attempt are only abandoned', async () => {
    await add('deadly', [1]);
    await ask('UPDATE graphile_worker._private_jobs SET attempts = 3');
    const run = vi.fn(() => Promise.resolve());
    const abandon = vi.fn(() => Promise.resolve());
    start({ deadly: { attempts: 3, run, abandon } });
    await vi.waitFor(async () => expect(await left()).toBe(0), patience);
    expect(run).not.toHaveBeenCalled();
    expect(abandon).toHaveBeenCalledExactlyOnceWith({ n: 1 }, 'its worker has died in the last attempt');
  });

  it('that somebody without a place has taken are free again', async () => {
    await add('stray', [1]);
    await ask("UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'pool-gone'");
    const run = vi.fn(() => Promise.resolve());
    start({ stray: { run } }, { countEveryMs: 100 });
    await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(1), patience);
  });

  it('are counted', async () => {
    await add('counted', [1, 2, 3]);
    await ask(
      "UPDATE graphile_worker._private_jobs SET run_at = now() + interval '1 hour' WHERE payload->>'n' = '3'",
    );
    const { metrics } = start(
      { counted: { run: () => new Promise(() => undefined) } },
      { concurrency: 1, drainMs: 200 },
    );
    await vi.waitFor(async () => {
      const { values } = await metrics.jobsQueued.get();
      expect(values.map(({ labels, value }) => [labels.state, value])).toEqual([
        ['due', expect.any(Number)],
        ['later', 1],
        ['taken', expect.any(Number)],
      ]);
    }, patience);
  });
});

async function listeners(): Promise<number> {
  const rows = await ask(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%' AND state = 'idle'`,
  );
  return rows.length;
}

const waiting = () =>
  ask<{ seconds: number }>(
    `SELECT extract(epoch FROM run_at - now())::float8 AS seconds FROM graphile_worker._private_jobs
     WHERE locked_at IS NULL AND attempts > 0`,
  );

describe('closing', () => {
  it('waits for what is under way, and leaves the place', async () => {
    let finish: () => void = () => undefined;
    const run = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    await add('slow', [1, 2, 3, 4, 5]);
    const jobs = start({ slow: { run } }, { concurrency: 1, drainMs: 20_000 });
    await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(1), patience);
    const closing = jobs.close();
    await systemClock.sleep(50);
    finish();
    await closing;
    expect({ left: await left(), places: await places(), runs: run.mock.calls.length }).toEqual({
      left: 4,
      places: 0,
      runs: 1,
    });
  });

  it('does not wait for ever: what it leaves is begun by others at once, as another attempt', async () => {
    const turns: Turn[] = [];
    const hang = (_payload: unknown, turn: Turn) => {
      turns.push(turn);
      return new Promise<void>(() => undefined);
    };
    await add('stuck', [1]);
    const first = start({ stuck: { run: hang } }, { drainMs: 100 });
    await vi.waitFor(() => expect(turns).toHaveLength(1), patience);
    await first.close();
    expect(turns.map(({ signal, isOurs }) => [signal.aborted, isOurs()])).toEqual([[true, false]]);
    const run = vi.fn((_payload: unknown, turn: Turn) => Promise.resolve(void turns.push(turn)));
    const second = start({ stuck: { run } });
    await vi.waitFor(async () => expect(await left()).toBe(0), patience);
    expect(turns.map(({ attempt }) => attempt)).toEqual([1, 2]);
    await second.close();
    expect(await places()).toBe(0);
  });
});

describe('a worker that is gone', () => {
  const child = async (env: Readonly<Record<string, string>> = {}): Promise<Program> => {
    const program = startProgram([process.execPath, await compiledProgram('src/testing/jobs/worker.ts')], {
      DATABASE_URL: own.primaryUrl,
      ...env,
    });
    onTestFinished(async () => {
      program.child.kill('SIGKILL');
      await program.ended;
    });
    return program;
  };

  it('loses its jobs to others within seconds when it is killed', { timeout: 60_000 }, async () => {
    const doomed = await child();
    await add('hang', [1, 2, 3]);
    await doomed.until(/begun[^]*begun/, 30_000);
    const done: [number, number][] = [];
    const run = (payload: unknown, { attempt }: Turn) =>
      Promise.resolve(void done.push([numberOf(payload), attempt]));
    const survivor = start({ hang: { run } });
    // The one that nobody had begun.
    await vi.waitFor(() => expect(done).toEqual([[3, 1]]), patience);
    const killedAt = systemClock.monotonic();
    doomed.child.kill('SIGKILL');
    await vi.waitFor(async () => expect(await left()).toBe(0), patience);
    expect(systemClock.monotonic() - killedAt).toBeLessThan(10_000);
    expect(done.toSorted()).toEqual([
      [1, 2],
      [2, 2],
      [3, 1],
    ]);
    expect((await survivor.metrics.jobWorkersGone.get()).values[0]?.value).toBe(1);
  });

  it('keeps them for hours where nobody frees them', { timeout: 60_000 }, async () => {
    const doomed = await child();
    await add('hang', [1, 2, 3]);
    await doomed.until(/begun[^]*begun/, 30_000);
    const run = vi.fn(() => Promise.resolve());
    const survivor = start({ hang: { run } }, { freesOthers: false });
    doomed.child.kill('SIGKILL');
    await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(1), patience);
    await systemClock.sleep(3_000);
    expect({ left: await left(), runs: run.mock.calls.length }).toEqual({ left: 2, runs: 1 });
    await survivor.close();
  });

  it('loses them when it is frozen, and knows that when it comes back', { timeout: 60_000 }, async () => {
    const frozen = await child({ SILENT_MS: '1000' });
    await add('hang', [1, 2]);
    await frozen.until(/begun[^]*begun/, 30_000);
    frozen.child.kill('SIGSTOP');
    const done: number[] = [];
    const run = (payload: unknown) => Promise.resolve(void done.push(numberOf(payload)));
    start({ hang: { run } });
    await vi.waitFor(async () => expect(await left()).toBe(0), patience);
    expect(done.toSorted()).toEqual([1, 2]);
    frozen.child.kill('SIGCONT');
    await frozen.until(/lost[^]*lost/, 20_000);
    // And it works again, under another name.
    await vi.waitFor(async () => expect(await places()).toBe(2), patience);
  });
});
