import { expect, it } from 'vitest';
import { parseLsn, type Lsn } from '../clock/lsn.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createProgress } from './progress.ts';

const at = (n: number): Lsn => parseLsn(`0/${n.toString(16)}`);

it('confirms in the order of the log, whatever the order of the work', async () => {
  const clock = createFakeClock();
  const { begin, confirmable } = createProgress(clock, 1_000);
  const [first, second, third] = [begin(at(1)), begin(at(2)), begin(at(3))];
  second();
  third();
  await clock.advance(5_000);
  expect(confirmable()).toBeUndefined();
  first();
  await clock.advance(1_000);
  expect(confirmable()).toBe(at(3));
  expect(confirmable()).toBeUndefined();
});

it('holds back what was done of late', async () => {
  const clock = createFakeClock();
  const { begin, confirmable } = createProgress(clock, 1_000);
  begin(at(1))();
  await clock.advance(600);
  begin(at(2))();
  await clock.advance(400);
  expect(confirmable()).toBe(at(1));
  await clock.advance(600);
  expect(confirmable()).toBe(at(2));
});

it('keeps up with a log that is never quiet', async () => {
  const clock = createFakeClock();
  const { begin, confirmable } = createProgress(clock, 1_000);
  let last: Lsn | undefined;
  for (let n = 1; n <= 500; n += 1) {
    begin(at(n))();
    await clock.advance(10);
    last = confirmable() ?? last;
  }
  expect(last !== undefined && last > at(370)).toBe(true);
  expect(last !== undefined && last < at(430)).toBe(true);
});
