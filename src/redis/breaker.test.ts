import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { createBreaker } from './breaker.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function createWatched(options: { readonly isUp: boolean }) {
  const server = { isUp: options.isUp, probes: 0 };
  const probe = () => {
    server.probes++;
    return server.isUp ? Promise.resolve() : Promise.reject(new Error('down'));
  };
  const breaker = createBreaker({ clock: systemClock, probe, probeEveryMs: 100 });
  return { server, breaker };
}

describe('the breaker', () => {
  it('is open until the first probe was answered', async () => {
    const { breaker } = createWatched({ isUp: true });
    expect(breaker.state()).toBe('open');
    await vi.advanceTimersByTimeAsync(1);
    expect(breaker.state()).toBe('closed');
  });

  it('opens at the first failure and probes at once, then at intervals', async () => {
    const { breaker, server } = createWatched({ isUp: true });
    await vi.advanceTimersByTimeAsync(1);
    server.isUp = false;
    breaker.open('no answer');
    expect(breaker.state()).toBe('open');
    await vi.advanceTimersByTimeAsync(1);
    expect(server.probes).toBe(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.probes).toBe(12);
  });

  it('stays closed to callers when Redis returns until every hook has run', async () => {
    const { breaker, server } = createWatched({ isUp: false });
    let finish: () => void = () => undefined;
    breaker.beforeReturn({ run: () => new Promise((resolve) => (finish = resolve)), done: () => true });
    server.isUp = true;
    await vi.advanceTimersByTimeAsync(500);
    expect(breaker.state()).toBe('open');
    finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(breaker.state()).toBe('closed');
  });

  it('runs the hooks again for work that arrived while they ran', async () => {
    const { breaker } = createWatched({ isUp: true });
    const runs: number[] = [];
    let waiting = 3;
    breaker.beforeReturn({
      run: () => {
        runs.push(waiting--);
        expect(breaker.state()).toBe('open');
        return Promise.resolve();
      },
      done: () => waiting === 0,
    });
    await vi.advanceTimersByTimeAsync(1);
    expect(runs).toEqual([3, 2, 1]);
    expect(breaker.state()).toBe('closed');
  });

  it('stays open and tries again when a hook fails', async () => {
    const { breaker } = createWatched({ isUp: true });
    let failures = 2;
    const run = () => (failures-- > 0 ? Promise.reject(new Error('refused')) : Promise.resolve());
    breaker.beforeReturn({ run, done: () => true });
    await vi.advanceTimersByTimeAsync(150);
    expect(breaker.state()).toBe('open');
    await vi.advanceTimersByTimeAsync(100);
    expect(breaker.state()).toBe('closed');
  });

  it.each([
    ['reopen', 'open'],
    ['open', 'closed'],
  ] as const)(
    'after %s in the middle of an attempt is %s when its hooks are done',
    async (doubt, expected) => {
      const { breaker, server } = createWatched({ isUp: true });
      let finish: () => void = () => undefined;
      breaker.beforeReturn({ run: () => new Promise((resolve) => (finish = resolve)), done: () => true });
      await vi.advanceTimersByTimeAsync(1);
      breaker[doubt]('the server changed');
      finish();
      await vi.advanceTimersByTimeAsync(0);
      expect(breaker.state()).toBe(expected);
      await vi.advanceTimersByTimeAsync(100);
      finish();
      await vi.advanceTimersByTimeAsync(0);
      expect(breaker.state()).toBe('closed');
      expect(server.probes).toBe(doubt === 'reopen' ? 2 : 1);
    },
  );

  it('tells each change once, with the reason', async () => {
    const { breaker } = createWatched({ isUp: true });
    const changes: string[] = [];
    breaker.onChange((state, reason) => changes.push(`${state}: ${reason}`));
    await vi.advanceTimersByTimeAsync(1);
    breaker.open('first');
    breaker.open('second');
    expect(changes).toEqual(['closed: Redis answers', 'open: first']);
  });

  it('leaves no timer behind when it is stopped', () => {
    const { breaker } = createWatched({ isUp: false });
    breaker.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
