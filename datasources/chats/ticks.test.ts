import { expect, it } from 'vitest';
import { createBacklog } from '../../src/pubsub/backlog.ts';
import { createFakeClock } from '../../src/testing/fake-clock.ts';
import { withTicks } from './ticks.ts';

it('a subscription that fails while a tick is attended to fails when it is asked next, and not before', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.prependListener('unhandledRejection', note);
  const backlog = createBacklog({
    limits: { maxMessages: 0, maxCharacters: 1 },
    onEnd: () => undefined,
  });
  const events = withTicks(backlog, 1_000, createFakeClock());
  expect(await events.next()).toEqual({ done: false, value: { kind: 'tick' } });
  backlog.push({ kind: 'message', channel: 'a', text: 'too much' });
  // Node tells of what nobody has handled once the promises have settled.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
  await expect(events.next()).rejects.toMatchObject({ code: 'TOO_SLOW' });
});
