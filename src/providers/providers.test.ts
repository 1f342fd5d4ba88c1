import { describe, expect, it } from 'vitest';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createProviders } from './providers.ts';

const unset = {
  SMTP_URL: undefined,
  MAIL_FROM: undefined,
  SMS_WEBHOOK_URL: undefined,
  PUSH_WEBHOOK_URL: undefined,
  WEBHOOK_SECRET: undefined,
  PROVIDER_TIMEOUT_MS: 1_000,
  JOB_CONCURRENCY: 1,
};
const message = { id: 'n-7', to: 'alice@example.com', subject: 'Secret', body: 'Text' };

describe('where nothing is configured', () => {
  it('messages count as sent, and the log tells neither address nor text', async () => {
    const lines: string[] = [];
    const log = createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } });
    const parts = { clock: createFakeClock(), metrics: createMetrics(), log };
    const providers = createProviders({ config: unset, ...parts });
    for (const way of ['EMAIL', 'SMS', 'PUSH'] as const)
      await providers[way].send(message, new AbortController().signal);
    await providers.close();
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { id: 'n-7', way: 'EMAIL' },
      { id: 'n-7', way: 'SMS' },
      { id: 'n-7', way: 'PUSH' },
    ]);
    expect(lines.join()).not.toMatch(/alice|Secret|Text/);
  });
});
