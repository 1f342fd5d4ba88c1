import type { RedisServer } from '../../../dev/redis/redis-server.ts';
import { startMortalGateway, type MortalGateway } from '../child-gateway.ts';
import type { ProofContext } from '../proof.ts';
import type { Stage } from '../stage.ts';
import type { Shop } from './shop.ts';

export type Option = 'products' | 'popular' | 'rate' | 'requests' | 'seconds' | 'slack';
export type Context = ProofContext<Option>;

/** Where all of it happens: two Redis servers, as in production, and a shop that has been in use. */
export interface Place {
  readonly context: Context;
  readonly stage: Stage;
  /** The first part of every key: those who come later find what the ones before have left. */
  readonly app: string;
  /** For live state; that of the stage is for the cache. */
  readonly state: RedisServer;
  readonly shop: Shop;
}

interface Process {
  /** Names its log. */
  readonly name: string;
  readonly roles: 'http' | 'worker' | 'http,worker';
  readonly env?: Readonly<Record<string, string>>;
}

/** Resolves when it is ready. */
export const startProcess = (
  { context, stage, app, state }: Place,
  { name, roles, env = {} }: Process,
): Promise<MortalGateway> =>
  startMortalGateway(context, stage, {
    ...{ name, app },
    env: {
      ROLES: roles,
      REDIS_STATE_URL: state.url,
      // A machine that is busy is no outage.
      ...{ REDIS_DEADLINE_MS: '5000', POOL_WAIT_MS: '5000' },
      // What is answered from a kept answer reads no key, and it is keys that are counted.
      RESPONSE_CACHE_MB: '0',
      ...env,
    },
  });
