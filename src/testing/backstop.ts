import { expect, onTestFinished, vi } from 'vitest';
import { followed } from '../../datasources/index.ts';
import type { Epochs } from '../cache/epochs.ts';
import { createGateway, type Gateway } from '../cache/testing/gateway.ts';
import { systemClock } from '../clock/clock.ts';
import { systemRandom } from '../clock/random.ts';
import { createDatabase } from '../database/database.ts';
import { slotNameOf } from '../database/slot.ts';
import { createLog, type Log } from '../log/log.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import { createBackstop } from '../worker/backstop.ts';
import type { BackstopSettings } from '../worker/session.ts';

/** A backstop over a cache of its own; gateways of the same app hear of what it does. */
export interface TestBackstop {
  readonly gateway: Gateway;
  readonly metrics: Metrics;
  /** `<counter>: <reason>` of each epoch that it raised. */
  readonly raised: readonly string[];
  readonly replay: (reason: string) => void;
  /** Resolves when it is the one that follows. */
  readonly follows: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface TestBackstopOptions {
  readonly app: string;
  readonly primaryUrl: string;
  readonly redisUrl: string;
  readonly settings?: Partial<BackstopSettings>;
  readonly waitForVisibility?: boolean;
  /** Silent when not given. */
  readonly log?: Log;
}

/** Long enough for a machine that is busy with other tests. */
export const patience = { timeout: 15_000, interval: 20 };

/** Closed at the end of the test, or before. */
export async function startBackstop(options: TestBackstopOptions): Promise<TestBackstop> {
  const { app, primaryUrl, redisUrl, settings, waitForVisibility = true } = options;
  const metrics = createMetrics();
  const log = options.log ?? createLog({ level: 'silent' });
  // The epochs that the gateways of `app` go by, and a patient connection: a busy machine is no outage.
  const database = await createDatabase({
    primaryUrl,
    replicaUrls: [],
    epochs: true,
    settings: {
      poolSize: 2,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 5_000,
      sampleMs: 50,
      maxLagMs: 5_000,
    },
    clock: systemClock,
    metrics,
    log,
  });
  const gateway = await createGateway({ url: redisUrl, app, epochs: database.epochs });
  const raised: string[] = [];
  const raise: Epochs['raise'] = async (counter, reason) => {
    raised.push(`${counter}: ${reason}`);
    await database.epochs.raise(counter, reason);
  };
  const backstop = createBackstop({
    primaryUrl: () => primaryUrl,
    slot: slotNameOf(app),
    followed,
    cache: gateway.cache,
    epochs: { ...database.epochs, raise },
    clock: systemClock,
    random: systemRandom,
    metrics,
    log,
    settings: { heartbeatMs: 100, ...settings },
    waitForVisibility,
  });
  let closing: Promise<void> | undefined;
  const stop = async () => {
    await backstop.close();
    await gateway.close();
    await database.close();
  };
  const close = () => (closing ??= stop());
  onTestFinished(close);
  return {
    gateway,
    metrics,
    raised,
    replay: backstop.replay,
    follows: () => vi.waitFor(async () => expect(await valueOf(metrics.backstopActive)).toBe(1), patience),
    close,
  };
}

export async function valueOf(instrument: {
  get(): Promise<{ values: readonly { value: number }[] }>;
}): Promise<number> {
  return (await instrument.get()).values.reduce((sum, { value }) => sum + value, 0);
}
