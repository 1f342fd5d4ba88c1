import { expect, it } from 'vitest';
import type { SignedIn } from '../../auth/viewer.ts';
import { anonymous } from '../../auth/viewer.ts';
import { systemClock } from '../../clock/clock.ts';
import type { KeptAnswer } from '../../graphql/kept/kept-answers.ts';
import { createFreeBudget } from '../../limits/rate/budget.ts';
import { createMetrics } from '../../metrics/metrics.ts';
import { createRepeats, type Asker } from './repeats.ts';

const { give } = createRepeats({
  answers: { given: () => undefined },
  clock: systemClock,
  metrics: createMetrics(),
});
const mine = { userId: '1', sessionId: 'mine', role: 'USER' } as const;
const keptFor = (holder: KeptAnswer['holder']): KeptAnswer => ({
  holder,
  data: '{}',
  points: 1,
  labels: { operation: 'Test', type: 'query' },
  contentType: 'application/json',
  seal: { holds: () => true, size: 1, repeat: () => undefined, release: () => undefined },
});
const asker = (viewer: Asker['viewer'], usesCopies = true): Asker => ({
  viewer,
  budget: createFreeBudget(),
  reads: { usesCopies: () => usesCopies },
});
const signedIn = (other: Partial<typeof mine | { role: 'ADMIN' }> = {}): SignedIn =>
  Object.assign({ kind: 'signed-in' as const, hasScope: () => Promise.resolve(true) }, mine, other);

it('an answer of a session’s own is given to it as it was when the answer was made', async () => {
  expect(await give(keptFor(mine), asker(signedIn()))).toMatchObject({ status: 200 });
});

it.each<readonly [string, Asker]>([
  ['somebody in another role', asker(signedIn({ role: 'ADMIN' }))],
  ['another session of the same user', asker(Object.assign(signedIn(), { sessionId: 'other' }))],
  ['another user', asker(Object.assign(signedIn(), { userId: '2' }))],
  ['nobody', asker(anonymous)],
  ['a session that has just written elsewhere', asker(signedIn(), false)],
])('it is not given to %s', async (_, to) => {
  expect(await give(keptFor(mine), to)).toBeUndefined();
});

it('what is for everyone is given to all of them', async () => {
  for (const viewer of [signedIn({ role: 'ADMIN' }), anonymous])
    expect(await give(keptFor(undefined), asker(viewer))).toMatchObject({ status: 200 });
});
