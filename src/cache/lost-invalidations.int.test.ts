import { afterEach, expect, inject, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { seededRandom } from '../clock/random.ts';
import type { Redis } from '../redis/redis.ts';
import { scripts } from './scripts.ts';
import { allProtections, type Protections } from './settings.ts';
import { createEpochTable, type EpochView } from './testing/epochs.ts';
import { createGateways, uniqueApp, type Gateway } from './testing/gateway.ts';
import { readStrict, writeStrict } from './testing/strict-writes.ts';
import { createTable } from './testing/table.ts';

const { start, close } = createGateways(inject('redisUrl'));
afterEach(close);

const schedules = 400;
const atOnce = 50;
const lost = 0.3;

/** Says that it has done every invalidation, and has not done three of ten. */
const forgetful =
  (random: () => number) =>
  (redis: Redis): Redis => ({
    ...redis,
    async batch(commands) {
      const kept = commands.map(([name]) => name !== scripts.invalidate || random() >= lost);
      const replies = await redis.batch(commands.filter((_, index) => kept[index]));
      let next = 0;
      return kept.map((isKept) => (isKept ? (replies[next++] ?? null) : 1));
    },
  });

interface Party {
  readonly gateway: Gateway;
  readonly view: EpochView;
}

/**
 * One strict row, two writers and up to nine reads on two gateways, at random moments. Resolves to how many reads gave a row older
 * than one that had been acknowledged when they began, the last ones, after everything has come to rest, included.
 */
async function runSchedule(
  id: string,
  parties: readonly [Party, Party],
  epochs: ReturnType<typeof createEpochTable>,
  random: () => number,
): Promise<number> {
  const table = createTable({ [id]: '0' });
  const some = () => parties[random() < 0.5 ? 0 : 1];
  const pause = () => systemClock.sleep(random() * 6);
  table.onSnapshot(pause);
  let committed = 0;
  let acknowledged = 0;
  let stale = 0;

  async function write(): Promise<void> {
    await systemClock.sleep(random() * 20);
    const { gateway, view } = some();
    let own = 0;
    // Numbered when it commits.
    const numbered = { ...table, write: (key: string) => table.write(key, String((own = ++committed))) };
    const { cache } = gateway;
    await writeStrict({ cache, table: numbered, epochs, view, id, value: '', pause });
    acknowledged = Math.max(acknowledged, own);
  }
  async function read(afterMs: number): Promise<void> {
    await systemClock.sleep(random() * afterMs);
    const expected = acknowledged;
    const found = Number(await readStrict(some().gateway.cache, table, id));
    if (found < expected) stale += 1;
  }

  // Half of the time the entry is there before the writers come; else a busy machine may fill it behind them, and right.
  if (random() < 0.5) {
    await read(0);
    for (const { gateway } of parties) await gateway.cache.idle();
  }
  await Promise.all([read(0), write(), write(), ...[1, 2, 3, 4, 5].map(() => read(40))]);
  for (const { gateway } of parties) await gateway.cache.idle();
  await Promise.all([read(0), read(0)]);
  return stale;
}

async function staleReads(protections: Protections): Promise<number> {
  const epochs = createEpochTable(60_000);
  const app = uniqueApp();
  const random = seededRandom(20_262);
  const party = async (): Promise<Party> => {
    const view = epochs.view();
    return { gateway: await start({ app, protections, epochs: view, around: forgetful(random) }), view };
  };
  const parties = [await party(), await party()] as const;
  let stale = 0;
  for (let done = 0; done < schedules; done += atOnce) {
    const ids = Array.from({ length: atOnce }, (_, index) => `row-${done + index}`);
    const counts = await Promise.all(ids.map((id) => runSchedule(id, parties, epochs, random)));
    stale += counts.reduce((sum, count) => sum + count);
  }
  return stale;
}

it('no read is stale where three of ten invalidations are lost', async () => {
  expect(await staleReads(allProtections)).toBe(0);
});

it('many are without marks: the control', async () => {
  expect(await staleReads({ ...allProtections, strict: false })).toBeGreaterThan(schedules / 10);
});
