import type { FastifyInstance } from 'fastify';
import type { Cache } from '../cache/cache.ts';
import type { Database } from '../database/database.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Drain } from './drain.ts';

interface Needs {
  readonly database: Database;
  /** Clusters beside the main one: without them their own keys fail. */
  readonly shards: readonly Database[];
  readonly cache: Cache;
  readonly metrics: Metrics;
  readonly drain: Pick<Drain, 'isClosing'>;
}

type Word = 'up' | 'down';

/** `/healthz`: the process lives. `/readyz`: it can answer; what it does without is named. `/metrics`: Prometheus. */
export function registerHealth(
  app: FastifyInstance,
  { database, shards, cache, metrics, drain }: Needs,
): void {
  const word = (isUp: boolean): Word => (isUp ? 'up' : 'down');

  app.get('/healthz', () => ({ status: 'alive' }));

  app.get('/readyz', (_request, reply) => {
    const { primary, replicas } = database.status();
    const { redis, bus } = cache.status();
    const areShardsUp = shards.map((shard) => shard.status().nodes.every(({ up }) => up));
    const checks = {
      ...{ primary: word(primary), replicas: replicas.map(word), redis, bus },
      ...(shards.length > 0 && { shards: areShardsUp.map(word) }),
    };
    const canRead = primary || replicas.includes(true);
    const isStored = primary && !replicas.includes(false) && !areShardsUp.includes(false);
    const isWhole = isStored && redis === 'up' && bus === 'heard';
    // A gateway that has lost its cache or one node still answers: taking it out would only move the load.
    const status = drain.isClosing() ? 'closing' : !canRead ? 'unavailable' : isWhole ? 'ready' : 'degraded';
    return reply.status(status === 'ready' || status === 'degraded' ? 200 : 503).send({ status, checks });
  });

  app.get('/metrics', async (_request, reply) =>
    reply.header('content-type', metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
