import { expect, it } from 'vitest';
import { createTokens } from '../auth/tokens.ts';
import { createLog } from '../log/log.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createSessionWatch } from './session-watch.ts';

it('a token ends at its time, also where the timer was early by the clock that tells the time', async () => {
  const timers = createFakeClock();
  let behindMs = 0;
  const clock = { ...timers, now: () => timers.now() - behindMs };
  const tokens = createTokens({ secret: 'a-secret-for-tests-that-is-long-enough', clock });
  const watch = createSessionWatch({
    ...{ tokens, clock, log: createLog({ level: 'silent' }), checkEveryMs: 3_600_000 },
    findSessions: (claims) => Promise.resolve(claims.map(() => ({}) as never)),
  });
  const expiresAt = new Date(Math.ceil(clock.now() / 1_000) * 1_000 + 5_000);
  const token = await tokens.sign({ userId: '1', sessionId: '1' }, expiresAt);
  let ends = 0;
  await watch.attend(`Bearer ${token}`, () => (ends += 1));

  behindMs = 1;
  await timers.advance(expiresAt.getTime() - timers.now());
  expect(ends).toBe(0);
  await timers.advance(1);
  expect(ends).toBe(1);
  await timers.advance(10_000);
  expect(ends).toBe(1);
  watch.close();
});
