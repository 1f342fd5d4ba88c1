import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchParent } from './watch-parent.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it('tells once that the process which started us is gone', () => {
  vi.stubEnv('npm_lifecycle_event', 'start');
  const parent = vi.spyOn(process, 'ppid', 'get').mockReturnValue(42);
  const onGone = vi.fn();
  watchParent(onGone);
  vi.advanceTimersByTime(1_000);
  expect(onGone).not.toHaveBeenCalled();
  parent.mockReturnValue(1);
  vi.advanceTimersByTime(1_000);
  expect(onGone).toHaveBeenCalledOnce();
});

it('does not watch when npm did not start us', () => {
  vi.stubEnv('npm_lifecycle_event', undefined);
  const onGone = vi.fn();
  watchParent(onGone);
  expect(vi.getTimerCount()).toBe(0);
});
