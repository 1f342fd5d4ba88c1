import { expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { PoolFull } from './failures.ts';
import { createSlots } from './slots.ts';

const waitMs = 500;

function createPool(overrides: Partial<Parameters<typeof createSlots>[0]> = {}) {
  const clock = createFakeClock();
  const slots = createSlots({ size: 3, part: 2, queue: 2, waitMs, clock, ...overrides });
  const order: string[] = [];
  const enter = async (name: string, ...args: Parameters<typeof slots.take>) => {
    const leave = await slots.take(...args);
    order.push(name);
    return leave;
  };
  return { slots, clock, order, enter };
}

it('turns away at once whoever would wait behind more than may wait', async () => {
  const { slots, clock } = createPool();
  for (let taken = 0; taken < 3; taken += 1) await slots.take('whole');
  const waiting = [slots.take('whole'), slots.take('whole')];
  await expect(slots.take('whole')).rejects.toBeInstanceOf(PoolFull);
  expect([slots.used(), slots.waiting()]).toEqual([3, 2]);
  const late = Promise.allSettled(waiting);
  await clock.advance(waitMs);
  expect((await late).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(slots.waiting()).toBe(0);
});

it('keeps the rest of the slots for those who may have all, and lets them go first', async () => {
  const { slots, order, enter } = createPool();
  const leave = await slots.take('part');
  await slots.take('part');
  const read = enter('read', 'part');
  await slots.take('whole');
  const write = enter('write', 'whole');
  leave();
  const leaveWrite = await write;
  expect(order).toEqual(['write']);
  leaveWrite();
  await read;
  expect(order).toEqual(['write', 'read']);
});

it('without that share, reads would have every slot: the test would notice', async () => {
  const { slots, clock } = createPool({ part: 3 });
  for (let taken = 0; taken < 3; taken += 1) await slots.take('part');
  const write = expect(slots.take('whole')).rejects.toBeInstanceOf(PoolFull);
  await clock.advance(waitMs);
  await write;
});

it('lets go of who no longer waits, and gives no slot back twice', async () => {
  const { slots } = createPool({ size: 1 });
  const leave = await slots.take('whole');
  const controller = new AbortController();
  const waiting = slots.take('whole', controller.signal);
  controller.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(slots.take('whole', controller.signal)).rejects.toThrow('gone');
  leave();
  leave();
  expect([slots.used(), slots.waiting()]).toEqual([0, 0]);
});
