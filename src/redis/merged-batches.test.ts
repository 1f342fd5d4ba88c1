import { expect, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { mergeBatches } from './merged-batches.ts';

function createRecorded() {
  const sent: (readonly string[])[] = [];
  const send = mergeBatches(systemClock, (commands: readonly string[]) => {
    sent.push([...commands]);
    return Promise.resolve(commands.map((command) => `reply to ${command}`));
  });
  return { sent, send };
}

it('batches of one turn of the loop are one, in their order, and each is answered with its own', async () => {
  const { sent, send } = createRecorded();
  const answers = await Promise.all([send(['a', 'b']), send([]), send(['c'])]);
  expect(answers).toEqual([['reply to a', 'reply to b'], [], ['reply to c']]);
  expect(sent).toEqual([['a', 'b', 'c']]);
});

it('so are those of promises that follow each other in it, and of requests that came in it', async () => {
  const { sent, send } = createRecorded();
  const behindPromises = Promise.resolve()
    .then(() => Promise.resolve())
    .then(() => send(['b']));
  const behindTick = new Promise<unknown>((resolve) => {
    process.nextTick(() => resolve(send(['c'])));
  });
  await Promise.all([send(['a']), behindPromises, behindTick]);
  expect(sent).toHaveLength(1);
  expect(sent.flat().toSorted()).toEqual(['a', 'b', 'c']);
});

it('a batch behind the answer to another is sent for itself', async () => {
  const { sent, send } = createRecorded();
  await send(['a']);
  await send(['b']);
  expect(sent).toEqual([['a'], ['b']]);
});

it('all batches of a turn fail together, and the next turn is another', async () => {
  let isDown = true;
  const send = mergeBatches(systemClock, (commands: readonly string[]) =>
    isDown ? Promise.reject(new Error('down')) : Promise.resolve(commands),
  );
  const both = await Promise.allSettled([send(['a']), send(['b'])]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isDown = false;
  expect(await send(['a'])).toEqual(['a']);
});
