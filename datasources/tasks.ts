import type { Clock } from '../src/clock/clock.ts';
import type { Tasks } from '../src/jobs/task.ts';
import type { Quotas } from '../src/limits/quotas.ts';
import type { Log } from '../src/log/log.ts';
import type { Providers } from '../src/providers/providers.ts';
import type { PubSub } from '../src/pubsub/pubsub.ts';
import type { Store } from '../src/store/store.ts';
import { createDelivery } from './notifications/delivery.ts';

interface Needs {
  readonly openStore: () => Store;
  readonly providers: Providers;
  readonly pubsub: PubSub;
  readonly quotas: Quotas;
  readonly clock: Clock;
  readonly log: Log;
}

/** What workers do for all domains, by the names that jobs are enqueued under. */
export const createTasks = (needs: Needs): Tasks => ({
  'deliver-notification': createDelivery(needs),
});
