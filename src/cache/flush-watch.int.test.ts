import { afterAll, describe, expect, inject, it, vi } from 'vitest';
import { createEpochTable, type EpochTable } from './testing/epochs.ts';
import { createGateways, textPolicy, uniqueApp, type Gateway } from './testing/gateway.ts';
import { createTable, type Table } from './testing/table.ts';

const heartbeatMs = 20;
const patience = { timeout: 5_000, interval: 5 };
const policy = textPolicy({ tiers: 'redis' });
const gateways = createGateways(inject('redisUrl'), { settings: { heartbeatMs } });
afterAll(() => gateways.close());

interface Pair {
  readonly all: readonly [Gateway, Gateway];
  readonly epochs: EpochTable;
  readonly sample: () => void;
}

/** Two gateways over one table of epochs. */
async function startPair(): Promise<Pair> {
  const [app, epochs] = [uniqueApp(), createEpochTable()];
  const views = [epochs.view(), epochs.view()] as const;
  const [one, other] = [
    await gateways.start({ app, epochs: views[0] }),
    await gateways.start({ app, epochs: views[1] }),
  ];
  return { all: [one, other], epochs, sample: () => views.forEach((view) => view.sample()) };
}

/** What FLUSHALL does to an app whose Redis others share. */
async function empty({ app, redis }: Gateway): Promise<void> {
  const [keys] = await redis.batch([['keys', `${app}:*`]]);
  if (!Array.isArray(keys) || keys.length === 0) throw new Error('there is nothing to empty');
  await redis.batch([['del', ...keys.map(String)]]);
}

const read = async ({ cache }: Gateway, { source }: Table) => {
  const found = await cache.getMany(policy, ['row'], source);
  await cache.idle();
  return found.get('row');
};
const looks = (count: number) => new Promise((resolve) => setTimeout(resolve, count * heartbeatMs));

describe('a Redis that is emptied while gateways use it', () => {
  it('costs one generation, so that what was filled without a fence is not read for long', async () => {
    const { all, epochs, sample } = await startPair();
    const [gateway] = all;
    const table = createTable({ row: 'old' });
    const lsn = table.write('row', 'new');
    await gateway.cache.invalidate([{ policy, id: 'row' }], lsn);
    await looks(3);
    await empty(gateway);
    // The fence is gone, and the replica lags: this is what the watch is for.
    expect(await read(gateway, table)).toBe('old');
    await vi.waitFor(() => expect(epochs.value('generation')).toBe(2), patience);
    sample();
    table.replicate();
    for (const each of all) expect(await read(each, table)).toBe('new');
    await looks(5);
    expect(epochs.value('generation')).toBe(2);
  });

  it('costs none where it is not emptied, nor for a gateway that comes later', async () => {
    const { all, epochs } = await startPair();
    await gateways.start({ app: all[0].app, epochs: epochs.view() });
    await looks(10);
    expect(epochs.value('generation')).toBe(1);
  });

  it('is noticed once the epochs can be raised again', async () => {
    const [app, epochs] = [uniqueApp(), createEpochTable()];
    const view = epochs.view();
    const gateway = await gateways.start({ app, epochs: view });
    await looks(3);
    view.setReachable(false);
    await empty(gateway);
    await looks(5);
    expect(epochs.value('generation')).toBe(1);
    view.setReachable(true);
    await vi.waitFor(() => expect(epochs.value('generation')).toBe(2), patience);
  });
});
