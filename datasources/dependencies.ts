import type { BankScope } from '../src/auth/bank-scope.ts';
import type { Passwords } from '../src/auth/passwords.ts';
import type { Tokens } from '../src/auth/tokens.ts';
import type { Clock } from '../src/clock/clock.ts';
import type { Shards } from '../src/database/shards.ts';
import type { Ids } from '../src/ids/ids.ts';
import type { Quotas } from '../src/limits/quotas.ts';
import type { Throttle } from '../src/limits/throttle.ts';
import type { Turns } from '../src/limits/turns.ts';
import type { Attendance } from '../src/presence/attendance.ts';
import type { PresenceWatch } from '../src/presence/watch.ts';
import type { PubSub } from '../src/pubsub/pubsub.ts';
import type { Store } from '../src/store/store.ts';
import type { Demand } from './shop/demand.ts';

/** What every domain is made from. The store belongs to one request; the rest lives as long as the process. */
export interface Dependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  readonly bankScope: BankScope;
  readonly pubsub: PubSub;
  readonly attendance: Attendance;
  readonly presenceWatch: PresenceWatch;
  readonly typingThrottle: Throttle;
  readonly quotas: Quotas;
  readonly turns: Turns;
  readonly demand: Demand;
  readonly ids: Ids;
  readonly shards: Shards;
  /** Begins the addresses of short links; without a slash at its end. */
  readonly publicUrl: () => string;
  /** For what outlives a request, such as a stream: a store for each look. */
  readonly openStore: () => Store;
}
