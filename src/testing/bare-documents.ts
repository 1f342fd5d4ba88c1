import { systemClock } from '../clock/clock.ts';
import { createDocuments, type Documents } from '../documents/documents.ts';
import { createTrustedList } from '../documents/trusted-list.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { RedisUnavailable } from '../redis/unavailable.ts';

const refuse = () => Promise.reject(new RedisUnavailable('there is none'));

/** For a GraphQL server without a gateway around it: nothing is registered, and there is no Redis. */
export const bareDocuments = (needs: { readonly log: Log; readonly metrics: Metrics }): Documents =>
  createDocuments({
    ...needs,
    trust: { mode: 'off', list: createTrustedList([]) },
    redis: { mget: refuse, batch: refuse },
    clock: systemClock,
    app: 'bare',
  });
