import { expect, it, onTestFinished } from 'vitest';
import { parseLsn } from '../clock/lsn.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import type { Transaction } from './collect.ts';
import { createWorkOff } from './work-off.ts';

const transaction = (xid: number): Transaction => ({
  xid,
  end: parseLsn(`0/${xid}`),
  named: [],
  tags: [],
  changed: [],
  lookUps: new Map(),
  everything: undefined,
  heartbeats: [],
});

function start(maxWaiting = 10) {
  const clock = createFakeClock();
  const applied: number[] = [];
  const hidden = new Set<number>();
  const state = { looks: 0, redis: true, primary: true };
  const workOff = createWorkOff({
    clock,
    random: () => 0.5,
    maxWaiting,
    look() {
      state.looks += 1;
      return state.primary ? Promise.resolve((xid) => !hidden.has(xid)) : Promise.reject(new Error('gone'));
    },
    apply: () => Promise.resolve(state.redis),
    onApplied: ({ xid }) => applied.push(xid),
  });
  onTestFinished(() => workOff.stop());
  return { clock, applied, hidden, state, workOff };
}

it('works off together what came together', async () => {
  const { clock, applied, state, workOff } = start();
  for (const xid of [1, 2, 3]) void workOff.add(transaction(xid));
  await clock.advance(1);
  expect(applied).toEqual([1, 2, 3]);
  expect(state.looks).toBe(1);
});

it('waits until a commit can be seen, and holds up no other meanwhile', async () => {
  const { clock, applied, hidden, workOff } = start();
  hidden.add(1);
  for (const xid of [1, 2]) void workOff.add(transaction(xid));
  await clock.advance(500);
  expect(applied).toEqual([2]);
  hidden.clear();
  await clock.advance(100);
  expect(applied).toEqual([2, 1]);
});

it('tries again what Redis did not take, until it does', async () => {
  const { clock, applied, state, workOff } = start();
  state.redis = false;
  void workOff.add(transaction(1));
  await clock.advance(5_000);
  expect(applied).toEqual([]);
  expect(state.looks).toBeLessThan(30);
  state.redis = true;
  await clock.advance(1_000);
  expect(applied).toEqual([1]);
});

it('lets no more in than may wait', async () => {
  const { clock, hidden, workOff } = start(2);
  hidden.add(1);
  hidden.add(2);
  expect(workOff.add(transaction(1))).toBeUndefined();
  let isIn = false;
  const entering = Promise.resolve(workOff.add(transaction(2))).then(() => (isIn = true));
  await clock.advance(500);
  expect(isIn).toBe(false);
  hidden.delete(1);
  await clock.advance(100);
  await entering;
  expect(isIn).toBe(true);
});

it('ends with the failure of a look, and lets in whoever waits', async () => {
  const { clock, state, workOff } = start(1);
  state.primary = false;
  const entering = Promise.resolve(workOff.add(transaction(1)));
  await clock.advance(1);
  await expect(workOff.ended).rejects.toThrow('gone');
  await entering;
});
