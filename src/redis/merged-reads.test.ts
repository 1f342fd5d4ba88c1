import { expect, it } from 'vitest';
import { mergeReads } from './merged-reads.ts';

function createRecorded() {
  const asked: (readonly string[])[] = [];
  const read = mergeReads((entryKeys) => {
    asked.push([...entryKeys]);
    return Promise.resolve(entryKeys.map((entryKey) => `value of ${entryKey}`));
  });
  return { asked, read };
}

it('reads of one turn are one, and each is answered with its own', async () => {
  const { asked, read } = createRecorded();
  const answers = await Promise.all([read(['a', 'b']), read([]), read(['c'])]);
  expect(answers).toEqual([['value of a', 'value of b'], [], ['value of c']]);
  expect(asked).toEqual([['a', 'b', 'c']]);
});

it('reads of one drain of the tick queue are one', async () => {
  const { asked, read } = createRecorded();
  const ticks = ['a', 'b'].map(
    (entryKey) =>
      new Promise<unknown>((resolve) => {
        process.nextTick(() => resolve(read([entryKey])));
      }),
  );
  await Promise.all(ticks);
  expect(asked).toEqual([['a', 'b']]);
});

it('a read behind the answer to another is asked for itself', async () => {
  const { asked, read } = createRecorded();
  await read(['a']);
  await read(['b']);
  expect(asked).toEqual([['a'], ['b']]);
});

it('all reads of a turn fail together, and the next turn is another', async () => {
  let isDown = true;
  const read = mergeReads((entryKeys) =>
    isDown ? Promise.reject(new Error('down')) : Promise.resolve(entryKeys),
  );
  const both = await Promise.allSettled([read(['a']), read(['b'])]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isDown = false;
  expect(await read(['a'])).toEqual(['a']);
});
