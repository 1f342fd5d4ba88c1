import { expect, it, vi } from 'vitest';
import { createFollower } from './follower.ts';

const came = (id: string) => ({ id, isHere: true });
const went = (id: string) => ({ id, isHere: false });

it('gives changes to who waits, and keeps them for who does not', async () => {
  const { stream, tell } = createFollower(() => undefined);
  const waiting = stream.next();
  tell(came('a'));
  expect(await waiting).toEqual({ value: came('a'), done: false });
  tell(came('b'));
  tell(went('a'));
  expect([(await stream.next()).value, (await stream.next()).value]).toEqual([came('b'), went('a')]);
});

it('keeps at most one change for each id, and none of who is back where they were', async () => {
  const { stream, tell } = createFollower(() => undefined);
  for (let round = 0; round < 1_001; round += 1)
    for (const id of ['a', 'b']) tell(round % 2 === 0 ? came(id) : went(id));
  tell(went('b'));
  tell(came('c'));
  expect([(await stream.next()).value, (await stream.next()).value]).toEqual([came('a'), came('c')]);
});

it('ends at once when the client leaves, also while it waits, and tells so once', async () => {
  const onEnd = vi.fn();
  const { stream, tell, end } = createFollower(onEnd);
  const waiting = [stream.next(), stream.next()];
  await stream.return?.();
  expect(await Promise.all(waiting)).toEqual([
    { value: undefined, done: true },
    { value: undefined, done: true },
  ]);
  tell(came('a'));
  end();
  expect(await stream.next()).toEqual({ value: undefined, done: true });
  expect(onEnd).toHaveBeenCalledTimes(1);
});
