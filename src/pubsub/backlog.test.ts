import { describe, expect, it } from 'vitest';
import { createBacklog, type Backlog } from './backlog.ts';
import type { Heard } from './pubsub.ts';

const message = (text: string): Heard => ({ kind: 'message', channel: 'c', text });
const gap: Heard = { kind: 'gap' };

function create(limits = { maxMessages: 3, maxCharacters: 100 }) {
  const ends: string[] = [];
  const backlog = createBacklog({ limits, onEnd: (how) => ends.push(how) });
  return { backlog, ends, iterator: backlog[Symbol.asyncIterator]() };
}

async function readAll(backlog: Backlog): Promise<readonly Heard[]> {
  const all: Heard[] = [];
  for await (const heard of backlog) all.push(heard);
  return all;
}

describe('a backlog', () => {
  it('gives what it was given, in order, to who comes later and to who waits', async () => {
    const { backlog, iterator } = create();
    backlog.push(message('1'));
    expect((await iterator.next()).value).toEqual(message('1'));
    const waiting = iterator.next();
    backlog.push(message('2'));
    expect((await waiting).value).toEqual(message('2'));
  });

  it('holds what it was given and no copy of it', async () => {
    const { backlog, iterator } = create();
    const heard = message('shared');
    backlog.push(heard);
    expect((await iterator.next()).value).toBe(heard);
  });

  it('tells one gap where there are several in a row', async () => {
    const { backlog } = create();
    for (const heard of [gap, gap, message('1'), gap]) backlog.push(heard);
    const all = [];
    for await (const heard of backlog) {
      all.push(heard);
      if (all.length === 3) break;
    }
    expect(all).toEqual([gap, message('1'), gap]);
  });

  it.each([
    ['messages', { maxMessages: 3, maxCharacters: 100 }, ['1', '2', '3', '4']],
    ['characters', { maxMessages: 100, maxCharacters: 5 }, ['123', '456']],
  ])('with too many %s drops all of them and ends its reader', async (_, limits, texts) => {
    const { backlog, ends, iterator } = create(limits);
    for (const text of texts) backlog.push(message(text));
    expect(ends).toEqual(['slow']);
    await expect(iterator.next()).rejects.toMatchObject({ code: 'TOO_SLOW' });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('never ends a reader that keeps up', async () => {
    const { backlog, iterator, ends } = create();
    for (let count = 0; count < 1_000; count += 1) {
      backlog.push(message('x'.repeat(60)));
      await iterator.next();
    }
    expect(ends).toEqual([]);
  });

  it('ends for who waits when it is closed, and tells so once', async () => {
    const { backlog, ends } = create();
    const reading = readAll(backlog);
    backlog.close();
    backlog.close();
    backlog.push(message('late'));
    expect(await reading).toEqual([]);
    expect(ends).toEqual(['closed']);
  });
});
