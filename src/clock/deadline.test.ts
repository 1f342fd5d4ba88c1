import { setMaxListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createDeadline, createPatience } from './deadline.ts';

const never = () => new Promise<never>(() => undefined);

it('gives what is ready in time', async () => {
  const deadline = createDeadline(createFakeClock(), 100);
  await expect(deadline.race(Promise.resolve('ready'))).resolves.toBe('ready');
  await expect(deadline.race(Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

it('rejects with TIMEOUT what is not, and everything that comes after', async () => {
  const clock = createFakeClock();
  const deadline = createDeadline(clock, 100);
  const late = expect(deadline.race(never())).rejects.toMatchObject({ code: 'TIMEOUT' });
  await clock.advance(100);
  await late;
  await expect(deadline.race(Promise.resolve('too late'))).rejects.toMatchObject({ code: 'TIMEOUT' });
});

it('counts from the beginning, however late the first wait', async () => {
  const clock = createFakeClock();
  const deadline = createDeadline(clock, 100);
  await clock.advance(90);
  deadline.check();
  const late = expect(deadline.race(never())).rejects.toMatchObject({ code: 'TIMEOUT' });
  await clock.advance(10);
  await late;
  expect(() => deadline.check()).toThrow('too long');
});

it('does not let the failure of abandoned work end the process', async () => {
  const clock = createFakeClock();
  const deadline = createDeadline(clock, 100);
  let fail: (error: Error) => void = () => undefined;
  const late = expect(
    deadline.race(new Promise<never>((_resolve, reject) => (fail = reject))),
  ).rejects.toMatchObject({ code: 'TIMEOUT' });
  await clock.advance(100);
  await late;
  fail(new Error('nobody waits for this any more'));
  await clock.advance(1);
});

it('sets no timer for a request that waits for nothing, and leaves none behind', async () => {
  const clock = createFakeClock();
  const timers: string[] = [];
  const watched = {
    ...clock,
    after(ms: number, task: () => void) {
      timers.push('set');
      const cancel = clock.after(ms, task);
      return () => {
        timers.push('cancelled');
        cancel();
      };
    },
  };
  createDeadline(watched, 100).end();
  expect(timers).toEqual([]);
  const deadline = createDeadline(watched, 100);
  await Promise.all([deadline.race(Promise.resolve()), deadline.race(Promise.resolve())]);
  deadline.end();
  expect(timers).toEqual(['set', 'cancelled']);
});

it.each([createDeadline, createPatience])(
  'lets as many reads listen as there are; to another signal more than ten look like a leak',
  async (create) => {
    const warned: string[] = [];
    const note = ({ name }: Error) => void warned.push(name);
    process.on('warning', note);
    const listen = (signal: AbortSignal) => {
      for (let read = 0; read < 20; read += 1) signal.addEventListener('abort', () => undefined);
      return setImmediate();
    };
    await listen(create(createFakeClock(), 100).signal);
    expect(warned).toEqual([]);
    const other = new AbortController().signal;
    // The default of Node 20; later ones let as many listen to any signal.
    setMaxListeners(10, other);
    await listen(other);
    expect(warned).toEqual(['MaxListenersExceededWarning']);
    process.off('warning', note);
  },
);
