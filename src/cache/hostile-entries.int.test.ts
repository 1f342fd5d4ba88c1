import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { decodeEntry, encodePayload, noRowVersion } from './entry.ts';
import { onlyEntryOf } from './testing/expired.ts';
import { createGateways, textPolicy, total } from './testing/gateway.ts';
import { createTable } from './testing/table.ts';

const { start, close } = createGateways(inject('redisUrl'));
afterEach(close);

const policy = textPolicy({ tiers: 'redis', staleForMs: 60_000, staleIfErrorMs: 60_000 });
const head = `V${'0'.repeat(16)}${noRowVersion}${'a'.repeat(20)}`;
const own = head + encodePayload({ text: '"forged"', freshUntil: 2e12, loadMs: 1, stamps: [] });
const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
const compressed = (body: string) => `${head}z${hex(2e12, 12)}${hex(1, 8)}00${hex(body.length, 8)}${body}`;
const bomb = deflateRawSync(Buffer.alloc(64 * 1024 * 1024, '"')).toString('base64');

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', '{"__proto__":{"polluted":true}}', 'constructor', 'null', '[]', '{}', '"', ''),
);
const hostile = fc.oneof(
  texts,
  // Cut, lengthened, or with some byte changed in front of the text; of the text, the codec has to judge.
  fc.nat({ max: own.length - 1 }).map((at) => own.slice(0, at)),
  texts.filter((text) => text !== '').map((text) => own + text),
  fc
    .tuple(fc.nat({ max: head.length + 30 }), fc.constantFrom('\0', 'x', '\u{1f4a5}', ' '))
    .map(([at, byte]) => own.slice(0, at) + byte + own.slice(at + 1)),
  // Right in form, wrong inside.
  texts.map((text) => head + encodePayload({ text: `{${text}`, freshUntil: 2e12, loadMs: 1, stamps: [] })),
  fc.base64String().map(compressed),
  texts.map(compressed),
  // Marked by a claim.
  texts.map((text) => `${head}c1700000000000${text}`),
  texts.map((text) => `${head}e9999999999999${text}`),
  fc.constantFrom(bomb, bomb.slice(0, -5)).map(compressed),
);

describe('whatever Redis holds in place of an entry', () => {
  it('is a miss and never a throw, and is repaired', async () => {
    const gateway = await start();
    const table = createTable({ row: 'right' });
    const read = async () => {
      const found = await gateway.cache.getMany(policy, ['row'], table.source);
      await gateway.cache.idle();
      return found.get('row');
    };
    await read();
    const key = await onlyEntryOf(gateway);
    await fc.assert(
      fc.asyncProperty(hostile, async (bytes) => {
        await gateway.redis.batch([['set', key, bytes, 'px', 60_000]]);
        const before = table.loads.length;
        expect(await read()).toBe('right');
        expect(table.loads).toHaveLength(before + 1);
        expect(await read()).toBe('right');
        expect(table.loads).toHaveLength(before + 1);
      }),
      { numRuns: 250 },
    );
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(await total(gateway.metrics.cacheReads, { outcome: 'busy' })).toBe(0);
  });

  it('is a hit where it is an entry: the control', async () => {
    const gateway = await start();
    const table = createTable({ row: 'right' });
    const read = async () => (await gateway.cache.getMany(policy, ['row'], table.source)).get('row');
    await read();
    await gateway.cache.idle();
    const key = await onlyEntryOf(gateway);
    await gateway.redis.batch([['set', key, own, 'px', 60_000]]);
    expect(await read()).toBe('forged');
    const small = deflateRawSync(Buffer.from('"small"')).toString('base64');
    await gateway.redis.batch([['set', key, compressed(small), 'px', 60_000]]);
    expect(await read()).toBe('small');
  });

  it('costs no memory to speak of where it is a bomb', () => {
    const before = process.memoryUsage().rss;
    expect(decodeEntry(compressed(bomb)).kind).toBe('corrupt');
    expect(process.memoryUsage().rss - before).toBeLessThan(48 * 1024 * 1024);
  });
});
