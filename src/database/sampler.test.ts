import type pg from 'pg';
import { expect, it, vi } from 'vitest';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createSampler } from './sampler.ts';

const suspectAfterMs = 250;
const rows = [{ standby: true, position: '0/10', timeline: null }];

/** A node whose answer arrives when the test, or the event loop, lets it. */
function create(options: { readonly answerLiesInBuffer?: boolean } = {}) {
  let answer: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const query = () =>
    new Promise((resolve, reject) => {
      answer = () => resolve({ rows });
      fail = reject;
    });
  const clock = {
    ...createFakeClock(),
    afterPoll() {
      if (options.answerLiesInBuffer === true) answer();
      return new Promise<void>((resolve) => void setImmediate(resolve));
    },
  };
  const sampler = createSampler({
    name: 'replica-1',
    monitor: { query } as unknown as pg.Pool,
    suspectAfterMs,
    epochs: false,
    clock,
    metrics: createMetrics(),
    log: createLog({ level: 'silent' }),
    onSample: () => undefined,
  });
  const suspected = vi.fn();
  sampler.onSuspect(suspected);
  return { sampler, clock, suspected, answer: () => answer(), fail: (error: Error) => fail(error) };
}

const turn = () => new Promise((resolve) => void setImmediate(resolve));

it('suspects a node whose sample is overdue, and no longer once it answers', async () => {
  const { sampler, clock, suspected, answer } = create();
  const sampled = sampler.sample();
  await clock.advance(suspectAfterMs - 1);
  await turn();
  expect(sampler.isSuspect()).toBe(false);
  await clock.advance(1);
  await turn();
  expect([sampler.isSuspect(), sampler.isUp()]).toEqual([true, true]);
  expect(suspected).toHaveBeenCalledTimes(1);
  answer();
  await sampled;
  expect(sampler.isSuspect()).toBe(false);
});

it('does not suspect it when this process was busy and the answer lies unread in the buffer', async () => {
  const { sampler, clock, suspected } = create({ answerLiesInBuffer: true });
  const sampled = sampler.sample();
  await clock.advance(suspectAfterMs);
  await sampled;
  await turn();
  expect(suspected).not.toHaveBeenCalled();
});

it('takes a node out when a sample fails, and back when one succeeds', async () => {
  const { sampler, fail, answer } = create();
  const failing = sampler.sample();
  fail(new Error('connection refused'));
  await failing;
  expect(sampler.isUp()).toBe(false);
  const succeeding = sampler.sample();
  answer();
  await succeeding;
  expect(sampler.isUp()).toBe(true);
  expect(sampler.seen()).toMatchObject({ position: '0000000000000010', isStandby: true });
});

it('takes one sample at a time, and a fresh one begins after the call', async () => {
  const { sampler, clock, answer } = create();
  const first = sampler.sample();
  expect(sampler.sample()).toBe(first);
  await clock.advance(10);
  const fresh = sampler.freshSample();
  answer();
  await first;
  expect(sampler.seen()?.startedAt).toBe(0);
  await turn();
  answer();
  await fresh;
  expect(sampler.seen()?.startedAt).toBe(10);
});
