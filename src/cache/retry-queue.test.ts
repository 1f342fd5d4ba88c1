import { describe, expect, it } from 'vitest';
import type { Lsn } from '../clock/lsn.ts';
import type { Batch } from '../redis/redis.ts';
import { createRetryQueue } from './retry-queue.ts';

const lsn = (position: number) => position.toString(16).padStart(16, '0') as Lsn;
const batch: Batch = () => Promise.resolve([]);
const everything = () => true;

interface Options {
  readonly maxKeys?: number;
  readonly refused?: (entryKey: string) => boolean;
  readonly raiseGeneration?: () => Promise<void>;
}

function createQueue({ maxKeys = 10, refused = () => false, raiseGeneration }: Options = {}) {
  const sent: { entryKeys: readonly string[]; lsn: Lsn }[] = [];
  const happened: string[] = [];
  const queue = createRetryQueue({
    maxKeys,
    invalidate(_batch, entryKeys, lsn) {
      sent.push({ entryKeys, lsn });
      happened.push(...entryKeys);
      return Promise.resolve(entryKeys.filter(refused));
    },
    raiseGeneration: () =>
      (raiseGeneration?.() ?? Promise.resolve()).then(() => void happened.push('raised')),
    onOverflow: () => void happened.push('overflow'),
  });
  return { queue, sent, happened };
}

describe('the retry queue', () => {
  it('hands over each key once, at the highest lsn it was invalidated at', async () => {
    const { queue, sent } = createQueue();
    queue.add(['a', 'b'], lsn(5));
    queue.add(['a'], lsn(9));
    queue.add(['a'], lsn(3));
    await queue.run(batch, everything);
    expect(sent).toEqual([
      { entryKeys: ['a'], lsn: lsn(9) },
      { entryKeys: ['b'], lsn: lsn(5) },
    ]);
    expect(queue.done(everything)).toBe(true);
  });

  it('keeps what was not taken', async () => {
    let down = true;
    const { queue, sent } = createQueue({ refused: (entryKey) => down && entryKey === 'b' });
    queue.add(['a', 'b'], lsn(1));
    await expect(queue.run(batch, everything)).rejects.toThrow('did not take 1');
    expect([queue.size(), queue.done(everything)]).toEqual([1, false]);
    down = false;
    await queue.run(batch, everything);
    expect(sent.at(-1)).toEqual({ entryKeys: ['b'], lsn: lsn(1) });
    expect(queue.done(everything)).toBe(true);
  });

  it('keeps what was added again, at a later lsn, while it was being handed over', async () => {
    const { queue } = createQueue({
      refused() {
        queue.add(['a'], lsn(7));
        return false;
      },
    });
    queue.add(['a'], lsn(1));
    await queue.run(batch, everything);
    expect(queue.done(everything)).toBe(false);
  });

  it('gives a node only what it owns, and does not wait for the others', async () => {
    const { queue, sent } = createQueue();
    const first = (key: string) => key.startsWith('1');
    queue.add(['1a', '2a', '1b'], lsn(1));
    await queue.run(batch, first);
    expect(sent).toEqual([{ entryKeys: ['1a', '1b'], lsn: lsn(1) }]);
    expect([queue.done(first), queue.done(everything)]).toEqual([true, false]);
  });
});

describe('more keys than it can remember', () => {
  it('are given up with the whole generation, before what still has a name is sent', async () => {
    const { queue, happened } = createQueue({ maxKeys: 2 });
    queue.add(['a', 'b'], lsn(9));
    queue.add(['c'], lsn(4));
    queue.add(['d', 'a'], lsn(12));
    expect([queue.size(), queue.done(everything)]).toEqual([2, false]);
    await queue.run(batch, everything);
    expect(happened).toEqual(['overflow', 'raised', 'a', 'b']);
    expect(queue.done(everything)).toBe(true);
  });

  it('keep the breaker open until the generation is raised, and also where they come while it is', async () => {
    let attempts = 0;
    const { queue } = createQueue({
      maxKeys: 1,
      raiseGeneration() {
        attempts += 1;
        if (attempts === 1) return Promise.reject(new Error('no primary'));
        if (attempts === 2) queue.lose();
        return Promise.resolve();
      },
    });
    queue.add(['a', 'b'], lsn(1));
    await expect(queue.run(batch, everything)).rejects.toThrow('no primary');
    expect([queue.size(), queue.done(everything)]).toEqual([1, false]);
    await queue.run(batch, everything);
    expect(queue.done(everything)).toBe(false);
    await queue.run(batch, everything);
    expect(queue.done(everything)).toBe(true);
  });
});
