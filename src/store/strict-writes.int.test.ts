import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CachePolicy } from '../cache/policy.ts';
import { systemClock } from '../clock/clock.ts';
import type { Database } from '../database/database.ts';
import { sql } from '../database/sql.ts';
import { onServer } from '../testing/database.ts';
import { PASS } from '../testing/servers/fault-mode.ts';
import { createFaultProxy, type FaultProxy } from '../testing/servers/fault-proxy.ts';
import type { Changed } from './changes.ts';
import {
  accountPolicy,
  entryOf,
  licenceMs,
  log,
  notePolicy,
  openAccounts,
  pay,
  readWith,
  storeOf,
  type Account,
  type Gateway,
} from '../testing/accounts.ts';
import { createTransactions } from './transactions.ts';

let accounts: Awaited<ReturnType<typeof openAccounts>>;
let proxy: FaultProxy;
beforeAll(async () => {
  accounts = await openAccounts();
  proxy = await createFaultProxy({ targetPort: Number(new URL(accounts.primaryUrl).port) });
});
afterEach(async () => {
  await proxy.setMode(PASS);
  await accounts.closeGateways();
});
afterAll(async () => {
  await proxy.close();
  await accounts.drop();
});

const read = readWith(accountPolicy);

async function strictEpoch(): Promise<number> {
  const rows = await onServer<{ strict: number }>(
    accounts.primaryUrl,
    'SELECT strict::integer FROM cache_epochs',
  );
  return rows[0]?.strict ?? 0;
}

describe('a write of a strict row', () => {
  it('is marked between its work and COMMIT, and not after it', async () => {
    const id = await accounts.openRow();
    const gateway = await accounts.openGateway();
    expect(await read(gateway, id)).toBe(100);
    const seen: string[] = [];
    const watching: Gateway = {
      ...gateway,
      database: {
        ...gateway.database,
        write: (work, finish) =>
          gateway.database.write(work, async () => {
            seen.push(await entryOf(gateway, accountPolicy));
            const last = await finish?.();
            seen.push(await entryOf(gateway, accountPolicy), last?.message ?? '');
            return last ?? {};
          }),
      },
    };
    const transactions = createTransactions({ ...watching, clock: systemClock, log });
    accounts.alsoClose(() => transactions.close());
    await storeOf({ ...watching, transactions }).write(async (tx, changed) => {
      await pay(tx, id);
      changed(accountPolicy, id);
    });
    expect(seen.map((entry) => entry[0])).toEqual(['V', 'D', '{']);
    expect(JSON.parse(seen[2] ?? '')).toEqual({
      keys: [`account:${id}`],
      mark: seen[1]?.slice(-20) ?? '',
    });
    expect((await entryOf(gateway, accountPolicy))[0]).toBe('T');
    expect(await read(gateway, id)).toBe(99);
  });

  it('that is rolled back leaves no mark', async () => {
    const id = await accounts.openRow();
    const gateway = await accounts.openGateway();
    await read(gateway, id);
    await onServer(
      accounts.primaryUrl,
      `CREATE TABLE IF NOT EXISTS checked (id text UNIQUE DEFERRABLE INITIALLY DEFERRED)`,
    );
    const failing = storeOf(gateway).write(async (tx, changed) => {
      await pay(tx, id);
      changed(accountPolicy, id);
      // Refused by COMMIT, when the mark has been made.
      await tx.rows(sql`INSERT INTO checked VALUES ('twice'), ('twice')`);
    });
    await expect(failing).rejects.toThrow('duplicate key');
    await gateway.transactions.idle();
    expect((await entryOf(gateway, accountPolicy))[0]).not.toBe('D');
    expect(await read(gateway, id)).toBe(100);
  });

  it('that Redis does not take raises the strict epoch, and is answered a licence later', async () => {
    const id = await accounts.openRow();
    const gateway = await accounts.openGateway();
    const before = await strictEpoch();
    const slept: number[] = [];
    const clock = {
      ...systemClock,
      sleep: (ms: number) => {
        slept.push(ms);
        return systemClock.sleep(ms);
      },
    };
    const transactions = createTransactions({ ...gateway, clock, log });
    accounts.alsoClose(() => transactions.close());
    gateway.redis.distrust('cut off');
    await storeOf({ ...gateway, transactions }).write(async (tx, changed) => {
      await pay(tx, id);
      changed(accountPolicy, id);
      // The breaker closes again by itself, and would before COMMIT.
      gateway.redis.distrust('cut off');
    });
    expect([(await strictEpoch()) - before, slept]).toEqual([1, [Math.ceil(licenceMs * 1.1)]]);
  });
});

describe('a commit whose answer is lost', () => {
  /** The connection ends when the server answers COMMIT. Resolves to what other gateways read then, again and again. */
  async function loseTheAnswer(policy: CachePolicy<string, Account>, repairs: boolean) {
    const id = await accounts.openRow();
    const writing = await accounts.openGateway({ primaryUrl: proxy.through(accounts.primaryUrl) });
    const reading = await accounts.openGateway();
    await readWith(policy)(reading, id);
    const cutting: Database = {
      ...writing.database,
      write: (work, finish) =>
        writing.database.write(work, async () => {
          const last = (await finish?.()) ?? {};
          await proxy.setMode({ kind: 'cut', afterBytes: 1 });
          return last;
        }),
    };
    const transactions = createTransactions({ ...writing, database: cutting, clock: systemClock, log });
    accounts.alsoClose(() => transactions.close());
    const lost = storeOf({ ...writing, database: cutting, transactions }).write(
      async (tx, changed: Changed) => {
        await pay(tx, id);
        changed(policy, id);
      },
    );
    await expect(lost).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    const atOnce = await readWith(policy)(reading, id);
    if (repairs) await proxy.setMode(PASS);
    return { id, reading, atOnce };
  }

  it('leaves a strict row marked, so that it is read on the primary', async () => {
    const { atOnce } = await loseTheAnswer(accountPolicy, false);
    expect(atOnce).toBe(99);
  });

  it('is followed by the invalidations as soon as the primary answers', async () => {
    const { id, reading, atOnce } = await loseTheAnswer(notePolicy, true);
    // Nothing marks what is not strict: the control for the repair.
    expect(atOnce).toBe(100);
    await vi.waitFor(async () => expect(await readWith(notePolicy)(reading, id)).toBe(99), {
      timeout: 10_000,
    });
  });

  it('takes the mark away too, so that the row is cached again', async () => {
    const { id, reading } = await loseTheAnswer(accountPolicy, true);
    const isCached = async () => {
      await read(reading, id);
      return (await entryOf(reading, accountPolicy))[0];
    };
    await vi.waitFor(async () => expect(await isCached()).toBe('V'), { timeout: 10_000 });
    expect(await read(reading, id)).toBe(99);
  });
});
