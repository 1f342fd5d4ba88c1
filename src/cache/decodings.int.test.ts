import { afterAll, expect, inject, it } from 'vitest';
import { createGateways, textPolicy, type Gateway } from './testing/gateway.ts';
import { createTable } from './testing/table.ts';

const gateways = createGateways(inject('redisUrl'));
afterAll(() => gateways.close());

/** Counts what it decodes. */
function countingPolicy(strict: boolean) {
  const base = textPolicy({ tiers: 'redis', strict });
  const decoded: string[] = [];
  const decode = (text: string) => {
    decoded.push(text);
    return base.codec.decode(text);
  };
  return { policy: { ...base, codec: { ...base.codec, decode } }, decoded };
}

it.each([false, true])(
  'bytes that have not changed are decoded once, and Redis is asked each time (strict: %s)',
  async (strict) => {
    const gateway = await gateways.start();
    const { policy, decoded } = countingPolicy(strict);
    const table = createTable({ row: 'old' });
    const read = async ({ cache }: Gateway) => {
      const found = await cache.getMany(policy, ['row'], table.source);
      await cache.idle();
      return found.get('row');
    };
    for (let times = 0; times < 5; times += 1) expect(await read(gateway)).toBe('old');
    expect(decoded).toEqual(['"old"']);

    // Past this process: nothing but the bytes in Redis tells it.
    const other = await gateways.start({ app: gateway.app });
    const lsn = table.write('row', 'new');
    table.replicate();
    await other.cache.invalidate([{ policy, id: 'row' }], lsn);
    for (let times = 0; times < 5; times += 1) expect(await read(gateway)).toBe('new');
    expect(decoded).toEqual(['"old"', '"new"']);
  },
);
