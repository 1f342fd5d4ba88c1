import { systemClock } from '../../clock/clock.ts';
import { keysOf, type Gateway } from './gateway.ts';

/** The one entry that the gateway's app has in Redis, tags aside. */
export async function onlyEntryOf(gateway: Gateway): Promise<string> {
  const [key, ...others] = (await keysOf(gateway)).filter((one) => !one.includes(':tag:'));
  if (key === undefined || others.length > 0) throw new Error(`${others.length + 1} entries instead of one`);
  return key;
}

const freshUntilAt = 49 + 1;

/** Rewrites the instant at which the only entry ceases to be fresh, so that nobody need wait for it. */
export async function endFreshness(gateway: Gateway, agoMs: number): Promise<void> {
  const key = await onlyEntryOf(gateway);
  const [bytes] = await gateway.redis.mget([key]);
  const freshUntil = (systemClock.now() - agoMs).toString(16).padStart(12, '0');
  const aged = `${bytes?.slice(0, freshUntilAt) ?? ''}${freshUntil}${bytes?.slice(freshUntilAt + 12) ?? ''}`;
  await gateway.redis.batch([['set', key, aged, 'keepttl']]);
}
