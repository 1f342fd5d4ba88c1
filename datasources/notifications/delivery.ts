import { z } from 'zod';
import type { Clock } from '../../src/clock/clock.ts';
import type { Task, Turn } from '../../src/jobs/task.ts';
import type { Quotas } from '../../src/limits/quotas.ts';
import type { Log } from '../../src/log/log.ts';
import { NotAccepted, type Provider } from '../../src/providers/provider.ts';
import type { PubSub } from '../../src/pubsub/pubsub.ts';
import type { Store } from '../../src/store/store.ts';
import { consumptionOf } from './allowance.ts';
import { announce } from './announcements.ts';
import { failureOf, selectWaiting, settle, whyNot, type End, type Waiting } from './deliveries.ts';
import type { Notification } from './notifications.ts';

interface Needs {
  /** One for each step: a delivery may take longer than a request. */
  readonly openStore: () => Store;
  readonly providers: Readonly<Record<Notification['channel'], Provider>>;
  readonly pubsub: PubSub;
  readonly quotas: Pick<Quotas, 'refund'>;
  readonly clock: Clock;
  readonly log: Log;
}

const payloadOf = z.object({ notificationId: z.string().regex(/^[1-9]\d{0,18}$/) });

/** 3 s, 7 s, 20 s, 55 s, 2½ min, 7 min and 18 min apart. */
const attempts = 8;
/** The row stays locked until the provider has answered, but no longer than this: others may need it, and its connection. */
const lockedMs = 1_000;
/** What a provider has accepted is to be recorded, or else it is sent again; for so long it is tried. */
const recordForMs = 60_000;
const longestPauseMs = 2_000;

/**
 * Hands a notification to the provider of its channel, once.
 *
 * 1. Its row is locked and looked at: delivered or withdrawn already, there is nothing to do. Somebody who opts out meanwhile
 *    withdraws what waits, and so waits for the lock: nothing begins to be sent to them once they have been answered.
 * 2. The provider is handed it, under an id that is the same at each attempt.
 * 3. What came of it is recorded, mostly in the same transaction.
 *
 * A worker that dies between the provider's word and the record leaves a row that waits, and it is sent again: at most what
 * was under way, one for each job that the worker did at once. SMTP has nothing that would close this gap; a webhook can,
 * by its idempotency key.
 */
export function createDelivery({ openStore, providers, pubsub, quotas, clock, log }: Needs): Task {
  /** Resolves to how it ended; undefined where nothing is to be done any more. Rejects where it has not begun. */
  async function deliver(id: string, turn: Turn): Promise<End | undefined> {
    let sending: Promise<End> | undefined;
    let found: Waiting | undefined;
    const first = openStore().write(async (tx, changed) => {
      const waiting = await selectWaiting(tx, id);
      if (waiting === undefined) return undefined;
      found = waiting;
      const reason = whyNot(waiting);
      const { address } = waiting;
      if (reason !== undefined || address === null) {
        const suppressed: End = { kind: 'suppressed', reason: reason ?? 'NO_ADDRESS' };
        await settle(tx, changed, waiting, suppressed);
        return suppressed;
      }
      if (!turn.isOurs()) throw new Error('another worker may have this job');
      sending = hand(waiting, address, turn);
      const end = await Promise.race([sending, clock.sleep(lockedMs).then(() => undefined)]);
      if (end !== undefined) await settle(tx, changed, waiting, end, turn.attempt);
      return end;
    });
    try {
      const end = await first;
      if (end !== undefined && found !== undefined) await followUp(found, end);
      if (end !== undefined || sending === undefined) return end;
    } catch (error) {
      if (sending === undefined) throw error;
      log.warn({ err: error, notification: id }, 'a delivery was not recorded at once');
    }
    const end: End = await sending;
    if (end.kind !== 'failed') {
      await recordPatiently(id, end, turn.attempt);
      if (found !== undefined) await followUp(found, end);
    }
    return end;
  }

  /**
   * Behind the record. Whoever listens and has not heard of it looks now: the gateway that took it may have died before it
   * said so. What was not sent has used up nothing.
   */
  async function followUp(waiting: Waiting, end: End): Promise<void> {
    if (end.kind === 'sent') await announce(pubsub, waiting, waiting.id);
    if (end.kind === 'given-up' || end.kind === 'suppressed') await quotas.refund(consumptionOf(waiting));
  }

  async function hand({ key, channel, subject, body }: Waiting, to: string, turn: Turn): Promise<End> {
    try {
      await providers[channel].send({ id: key, to, subject, body }, turn.signal);
      return { kind: 'sent' };
    } catch (error) {
      return failureOf(error);
    }
  }

  /** Also when the job is not ours any more: whoever has it then finds it done. */
  async function recordPatiently(id: string, end: End, attempt: number): Promise<void> {
    const giveUpAt = clock.monotonic() + recordForMs;
    for (let pauseMs = 50; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        await openStore().write(async (tx, changed) => {
          const waiting = await selectWaiting(tx, id);
          if (waiting !== undefined) await settle(tx, changed, waiting, end, attempt);
        });
        return;
      } catch (error) {
        if (clock.monotonic() > giveUpAt) throw error;
        await clock.sleep(pauseMs);
      }
    }
  }

  const idOf = (payload: unknown): string => payloadOf.parse(payload).notificationId;

  return {
    attempts,
    async run(payload, turn) {
      const end = await deliver(idOf(payload), turn);
      if (end?.kind === 'failed') throw new NotAccepted(end.reason);
    },
    async abandon(payload, error) {
      const end: End = { kind: 'given-up', detail: error };
      const abandoned = await openStore().write(async (tx, changed) => {
        const { data, success } = payloadOf.safeParse(payload);
        const waiting = success ? await selectWaiting(tx, data.notificationId) : undefined;
        if (waiting !== undefined) await settle(tx, changed, waiting, end);
        return waiting;
      });
      if (abandoned !== undefined) await followUp(abandoned, end);
    },
  };
}
