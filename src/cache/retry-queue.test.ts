import { describe, expect, it } from 'vitest';
import type { Lsn } from '../clock/lsn.ts';
import type { Batch } from '../redis/redis.ts';
import { createRetryQueue } from './retry-queue.ts';

const lsn = (position: number) => position.toString(16).padStart(16, '0') as Lsn;

function createQueue(options: { readonly maxKeys?: number; readonly failing?: () => boolean } = {}) {
  const sent: { entryKeys: readonly string[]; lsn: Lsn; conditional: boolean }[] = [];
  const overflows: true[] = [];
  const queue = createRetryQueue({
    maxKeys: options.maxKeys ?? 10,
    pattern: 'app:*',
    invalidate(_batch, entryKeys, lsn, conditional) {
      if (options.failing?.() === true) return Promise.reject(new Error('still down'));
      sent.push({ entryKeys, lsn, conditional });
      return Promise.resolve();
    },
    onOverflow: () => void overflows.push(true),
  });
  return { queue, sent, overflows };
}

/** Answers SCAN with two pages. */
const scanning: Batch = ([command]) =>
  Promise.resolve([command?.[1] === '0' ? ['7', ['app:1', 'app:2']] : ['0', ['app:3']]]);

describe('the retry queue', () => {
  it('hands over each key once, at the highest lsn it was invalidated at', async () => {
    const { queue, sent } = createQueue();
    queue.add(['a', 'b'], lsn(5));
    queue.add(['a'], lsn(9));
    queue.add(['a'], lsn(3));
    await queue.run(scanning);
    expect(sent).toEqual([
      { entryKeys: ['a'], lsn: lsn(9), conditional: false },
      { entryKeys: ['b'], lsn: lsn(5), conditional: false },
    ]);
    expect(queue.done()).toBe(true);
  });

  it('keeps what was not taken', async () => {
    let down = true;
    const { queue, sent } = createQueue({ failing: () => down });
    queue.add(['a'], lsn(1));
    await expect(queue.run(scanning)).rejects.toThrow('still down');
    expect(queue.done()).toBe(false);
    down = false;
    await queue.run(scanning);
    expect(sent).toHaveLength(1);
    expect(queue.done()).toBe(true);
  });

  it('fences every entry below the highest lsn once it has lost names', async () => {
    const { queue, sent, overflows } = createQueue({ maxKeys: 2 });
    queue.add(['a', 'b'], lsn(9));
    queue.add(['c'], lsn(4));
    queue.add(['d'], lsn(12));
    expect(overflows).toHaveLength(1);
    expect(queue.size()).toBe(0);
    expect(queue.done()).toBe(false);
    await queue.run(scanning);
    expect(sent).toEqual([
      { entryKeys: ['app:1', 'app:2'], lsn: lsn(12), conditional: true },
      { entryKeys: ['app:3'], lsn: lsn(12), conditional: true },
    ]);
    expect(queue.done()).toBe(true);
  });
});
