import { runMigrations } from 'graphile-worker';
import { createNotifications } from '../../datasources/notifications/domain.ts';
import { systemClock } from '../clock/clock.ts';
import { createQuotas } from '../limits/quotas.ts';
import { createTurns, type Turns } from '../limits/turns.ts';
import { createMetrics } from '../metrics/metrics.ts';
import type { PubSub } from '../pubsub/pubsub.ts';
import { log, openAccounts, storeOf, type Gateway } from './accounts.ts';
import { onServer } from './database.ts';

/** The domain of notifications over real servers, without the gateway around it. */
const metrics = createMetrics();

export async function openNotificationDomain() {
  const accounts = await openAccounts();
  await runMigrations({ connectionString: accounts.primaryUrl });
  const templateId = await onlyId(
    accounts.primaryUrl,
    `INSERT INTO notification_templates (name, channel, category, body)
     VALUES ('One', 'PUSH', 'TRANSACTIONAL', 'Hi') RETURNING id::text`,
  );
  const turnsOf = new WeakMap<Gateway, Turns>();
  let sent = 0;

  return {
    primaryUrl: accounts.primaryUrl,
    openGateway: () => accounts.openGateway(),
    closeGateways: () => accounts.closeGateways(),
    drop: () => accounts.drop(),
    /** Somebody who can be sent something; resolves to the id. */
    somebody: () =>
      onlyId(
        accounts.primaryUrl,
        `INSERT INTO users (username, password_hash, display_name)
         VALUES ('u' || clock_timestamp(), '-', 'Somebody') RETURNING id::text`,
      ),

    /** As one request of the gateway sees it. */
    of(gateway: Gateway, pubsub: PubSub, own: { readonly turns?: Turns } = {}) {
      const turns = own.turns ?? turnsOf.get(gateway) ?? createTurns();
      if (own.turns === undefined) turnsOf.set(gateway, turns);
      const openStore = () => storeOf(gateway);
      const quotas = createQuotas({
        ...{ redis: gateway.redis, app: gateway.app, metrics, log, lifeMs: 60_000 },
      });
      const domain = createNotifications({
        ...{ store: openStore(), openStore, clock: systemClock, quotas, turns, pubsub },
      });
      return Object.assign(domain, {
        /** One more to the user; resolves to its id. */
        async send(userId: string): Promise<string> {
          const outcome = await domain.sending.send({
            ...{ senderId: userId, userId, templateId, variables: new Map<string, string>() },
            idempotencyKey: String((sent += 1)),
          });
          if (!outcome.ok || outcome.value === undefined) throw new Error('not sent');
          return outcome.value.id;
        },
      });
    },
  };
}

async function onlyId(url: string, statement: string): Promise<string> {
  const [row] = await onServer<{ id: string }>(url, statement);
  if (row === undefined) throw new Error('no row');
  return row.id;
}
