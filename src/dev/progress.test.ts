import { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createProgress, tracked } from './progress.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('prints a plain line for each finished step, and announces only slow ones', async () => {
  const { stream, text } = recorder();
  const { report, close } = createProgress(stream);
  await tracked(report, 'quick', () => Promise.resolve());
  expect(text()).toBe('quick: 0.00 s\n');

  report({ step: 'slow', state: 'start', ms: 0 });
  vi.advanceTimersByTime(2_000);
  report({ step: 'slow', state: 'done', ms: 2_000 });
  expect(text()).toBe('quick: 0.00 s\nslow …\nslow: 2.00 s\n');
  close();
  expect(vi.getTimerCount()).toBe(0);
});

it('keeps one live line on a terminal', () => {
  vi.stubEnv('TERM', 'xterm');
  const { stream, text } = recorder({ isTTY: true, columns: 80 });
  const { report, close } = createProgress(stream);
  report({ step: 'Redis', state: 'start', ms: 0 });
  vi.advanceTimersByTime(100);
  expect(text()).toContain('Redis …');
  expect(text()).not.toContain('\n');
  report({ step: 'Redis', state: 'done', ms: 40 });
  expect(text()).toMatch(/✓.* Redis 0\.04 s\n/);
  close();
  expect(vi.getTimerCount()).toBe(0);
  vi.unstubAllEnvs();
});

function recorder(terminal: { isTTY?: boolean; columns?: number } = {}) {
  let written = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  return { stream: Object.assign(stream, terminal) as unknown as WriteStream, text: () => written };
}
