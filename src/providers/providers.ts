import type { Clock } from '../clock/clock.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createLogProvider } from './log-only.ts';
import { NotAccepted, type Provider } from './provider.ts';
import { createSmtpProvider } from './smtp.ts';
import { createWebhookProvider } from './webhook.ts';

/** The ways to reach somebody, each by the provider that is configured for it. */
export interface Providers {
  readonly EMAIL: Provider;
  readonly SMS: Provider;
  readonly PUSH: Provider;
  /** Gives up what is under way. */
  readonly close: () => Promise<void>;
}

type Way = Exclude<keyof Providers, 'close'>;

interface Needs {
  readonly config: Pick<
    Config,
    | 'SMTP_URL'
    | 'MAIL_FROM'
    | 'SMS_WEBHOOK_URL'
    | 'PUSH_WEBHOOK_URL'
    | 'WEBHOOK_SECRET'
    | 'PROVIDER_TIMEOUT_MS'
    | 'JOB_CONCURRENCY'
  >;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
}

export function createProviders({ config, clock, metrics, log }: Needs): Providers {
  const webhook = (url: string | undefined) =>
    url && config.WEBHOOK_SECRET && createWebhookProvider({ url, secret: config.WEBHOOK_SECRET, clock });
  const smtp =
    config.SMTP_URL &&
    config.MAIL_FROM &&
    createSmtpProvider({ url: config.SMTP_URL, from: config.MAIL_FROM, connections: config.JOB_CONCURRENCY });
  const made = (way: Way, provider: Provider | string | undefined): Provider =>
    typeof provider === 'object' ? watched(way, provider) : createLogProvider(log, way);

  /** However slowly the other side answers, it is given up in time. */
  function watched(way: Way, provider: Provider): Provider {
    return {
      ...provider,
      async send(message, signal) {
        const late = new AbortController();
        const cancel = clock.after(config.PROVIDER_TIMEOUT_MS, () => late.abort());
        try {
          await provider.send(message, AbortSignal.any([signal, late.signal]));
          metrics.providerSends.inc({ way, outcome: 'accepted' });
        } catch (error) {
          const isFinal = error instanceof NotAccepted && error.isFinal;
          metrics.providerSends.inc({ way, outcome: isFinal ? 'refused' : 'failed' });
          throw error;
        } finally {
          cancel();
        }
      },
    };
  }

  const providers = {
    EMAIL: made('EMAIL', smtp),
    SMS: made('SMS', webhook(config.SMS_WEBHOOK_URL)),
    PUSH: made('PUSH', webhook(config.PUSH_WEBHOOK_URL)),
  };
  return {
    ...providers,
    async close() {
      await Promise.all(Object.values(providers).map((provider) => provider.close()));
    },
  };
}
