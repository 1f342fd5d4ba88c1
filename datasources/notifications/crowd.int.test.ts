import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createFakePubSub } from '../../src/testing/fake-pubsub.ts';
import { openNotificationDomain } from '../../src/testing/notification-domain.ts';

let domain: Awaited<ReturnType<typeof openNotificationDomain>>;
beforeAll(async () => {
  domain = await openNotificationDomain();
});
afterEach(() => domain.closeGateways());
afterAll(() => domain.drop());

/** Sends 150 at once to one user over a pool of four connections; how many found no room. */
async function turnedAway(takesTurns: boolean): Promise<number> {
  const gateway = await domain.openGateway();
  const userId = await domain.somebody();
  const own = takesTurns ? {} : { turns: { take: <T>(_key: string, work: () => Promise<T>) => work() } };
  const outcomes = await Promise.allSettled(
    Array.from({ length: 150 }, () => domain.of(gateway, createFakePubSub(), own).send(userId)),
  );
  return outcomes.filter(({ status }) => status === 'rejected').length;
}

describe('a crowd of sends to one user', () => {
  it('takes turns, and leaves the connections to others', async () => {
    expect(await turnedAway(true)).toBe(0);
  }, 60_000);

  it('would hold them all, and be turned away itself, if each waited in the database: the control', async () => {
    expect(await turnedAway(false)).toBeGreaterThan(0);
  }, 60_000);
});
