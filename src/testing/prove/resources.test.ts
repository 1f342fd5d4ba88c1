import { expect, it } from 'vitest';
import { createResources } from './resources.ts';

it('closes the last first, and the rest although one fails', async () => {
  const resources = createResources();
  const closed: string[] = [];
  for (const name of ['first', 'second', 'third']) {
    await resources.open(
      () => Promise.resolve(name),
      (opened) => {
        closed.push(opened);
        return opened === 'second' ? Promise.reject(new Error('stuck')) : Promise.resolve();
      },
    );
  }
  await expect(resources.close()).rejects.toThrow('something was left behind');
  expect(closed).toEqual(['third', 'second', 'first']);
});

it('waits for what is being opened, and opens nothing more', async () => {
  const resources = createResources();
  let arrive: (name: string) => void = () => undefined;
  const closed: string[] = [];
  const opening = resources.open(
    () => new Promise<string>((resolve) => (arrive = resolve)),
    (opened) => Promise.resolve(closed.push(opened)),
  );
  const closing = resources.close();
  await expect(
    resources.open(
      () => Promise.resolve('late'),
      () => Promise.resolve(),
    ),
  ).rejects.toThrow('the proof is over');
  arrive('server');
  await closing;
  expect(await opening).toBe('server');
  expect(closed).toEqual(['server']);
});

it('has nothing to close of what did not open', async () => {
  const resources = createResources();
  const failing = resources.open(
    () => Promise.reject(new Error('no')),
    () => Promise.reject(new Error('never called')),
  );
  await expect(failing).rejects.toThrow('no');
  await resources.close();
});
