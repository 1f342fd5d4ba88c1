import { expect, it } from 'vitest';
import { createTurns } from './turns.ts';

function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

it('work of one key runs in its turn, work of another beside it', async () => {
  const turns = createTurns();
  const first = gate();
  const done: string[] = [];
  const all = [
    turns.take('a', async () => {
      await first.opened;
      done.push('a1');
    }),
    turns.take('a', () => Promise.resolve(void done.push('a2'))),
    turns.take('b', () => Promise.resolve(void done.push('b1'))),
  ];
  await all[2];
  expect(done).toEqual(['b1']);
  first.open();
  await Promise.all(all);
  expect(done).toEqual(['b1', 'a1', 'a2']);
});

it('a turn that fails tells its own caller and gives way', async () => {
  const turns = createTurns();
  const failing = turns.take('a', () => Promise.reject(new Error('failed')));
  const next = turns.take('a', () => Promise.resolve('next'));
  await expect(failing).rejects.toThrow('failed');
  expect(await next).toBe('next');
});
