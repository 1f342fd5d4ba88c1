import { Redis } from 'ioredis';
import { spreadOf, type Spread } from '../measures.ts';
import { startTraffic } from './traffic.ts';

/**
 * How long a round trip to Redis takes, in ms, for a client that does nothing else: what it is above, a machine that is
 * busy with other work has added, to those of gateways as well.
 */
export function measureBareRoundTrips(url: string): () => Promise<Spread> {
  const redis = new Redis(url);
  const tookMs: number[] = [];
  const pings = startTraffic({
    ...{ clients: 1, pauseMs: 20 },
    async ask() {
      const startedAt = performance.now();
      await redis.ping();
      tookMs.push(performance.now() - startedAt);
    },
  });
  return async () => {
    await pings.stop();
    redis.disconnect();
    return spreadOf(tookMs);
  };
}
