import { afterEach, describe, expect, inject, it } from 'vitest';
import { createEntryScripts } from './testing/entry-scripts.ts';
import { createGateways, textPolicy, total } from './testing/gateway.ts';
import { createTable } from './testing/table.ts';

const { start, close } = createGateways(inject('redisUrl'));
afterEach(close);

/** Texts such as `row 5`. */
const policy = textPolicy({ tiers: 'redis', rowVersion: (text) => Number(text.slice(4)) });

/**
 * 1. W1 commits version 4, which the replica replays.  2. W2 commits version 5 and stores it.
 * 3. W1, which was held up, invalidates at its own lsn: the replica is not before that, and has version 4.
 */
async function readBehindALateWriter(row: number) {
  const gateway = await start();
  const { invalidate } = createEntryScripts(() => gateway.redis);
  const table = createTable({ row: 'row 3' });
  const lsn = table.write('row', 'row 4');
  table.replicate();
  table.write('row', 'row 5');
  await invalidate(`${gateway.app}:v2:g1:texts.1:row`, Number.parseInt(lsn, 16), { row });
  const read = async (id = 'row') => (await gateway.cache.getMany(policy, [id], table.source)).get(id);
  const found = await read();
  await gateway.cache.idle();
  return { gateway, table, read, found };
}

describe('a replica that is past the fence and has an older version of the row', () => {
  it('does not answer: the primary does, and fills', async () => {
    const { table, read, found } = await readBehindALateWriter(5);
    expect(found).toBe('row 5');
    expect(await read()).toBe('row 5');
    expect(table.loads.map(({ from }) => from)).toEqual(['replica', 'primary']);
  });

  it('does where no version is known: the control', async () => {
    expect((await readBehindALateWriter(0)).found).toBe('row 4');
  });
});

describe('a row that was deleted', () => {
  it('is known absent to be read by all without waiting, though its version stays behind', async () => {
    const { gateway, table, read } = await readBehindALateWriter(5);
    const lsn = table.write('row', undefined);
    await gateway.cache.invalidate([{ policy, id: 'row' }], lsn);
    for (let reads = 0; reads < 2; reads++) {
      expect(await read()).toBeUndefined();
      await gateway.cache.idle();
    }
    expect(await total(gateway.metrics.cacheReads, { outcome: 'busy' })).toBe(0);
  });
});
