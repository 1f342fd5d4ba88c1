import type { Clock } from '../../src/clock/clock.ts';
import { violatedConstraint } from '../../src/database/failures.ts';
import type { Queryable } from '../../src/database/sql.ts';
import { about, done, refused, type Outcome } from '../../src/errors/refusal.ts';
import { enqueue } from '../../src/jobs/enqueue.ts';
import type { Consumed, Quotas } from '../../src/limits/quotas.ts';
import type { Turns } from '../../src/limits/turns.ts';
import type { PubSub } from '../../src/pubsub/pubsub.ts';
import type { Changed, Store } from '../../src/store/store.ts';
import { unknownAttachment, type Attachable } from '../attachment.ts';
import { consumptionOf, limitsOf } from './allowance.ts';
import { announce } from './announcements.ts';
import { noteNotification, notificationPolicy, type Notification } from './notifications.ts';
import { lockReceiver, type Receiver } from './preferences.ts';
import { quietUntil } from './quiet-hours.ts';
import { render, type Rendered, type RenderRefusal } from './rendering.ts';
import { insertNotification, selectConsumed, selectEarlier, type NewNotification } from './sent-rows.ts';
import { hasAddress, whyUnwanted, type Suppression } from './suppression.ts';
import type { createTemplates, Template } from './templates.ts';

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly quotas: Quotas;
  readonly turns: Turns;
  readonly pubsub: PubSub;
  readonly templates: ReturnType<typeof createTemplates>;
}

/** One notification to be sent. */
export interface Sending {
  readonly senderId: string;
  readonly userId: string;
  readonly templateId: string;
  readonly variables: ReadonlyMap<string, string>;
  /** 1 to 100 characters, unique among the sender's. */
  readonly idempotencyKey: string;
  readonly attachment?: Attachable | undefined;
}

type SendRefusal = RenderRefusal | 'UNKNOWN_ATTACHMENT';

interface Sent {
  readonly notification: Notification;
  /** The user's notification before this one, where this one is new and shows; null where it is the first. */
  readonly previous?: string | null | undefined;
}

const longestKey = 100;

/**
 * 1. The template, which says on which channel; filled in, because that can fail and needs nobody else.
 * 2. In one transaction, under the lock of the receiver: an earlier send of the same key; what the receiver wants; quiet
 *    hours; the quota; the row; its job.
 * 3. The subscribers are told.
 */
export function createSending({ store, clock, quotas, turns, pubsub, templates }: Needs) {
  /**
   * The notification, also where it is suppressed, and also where an earlier one had this key; undefined where there is no
   * such user or template. Rejects with `UPSTREAM_UNAVAILABLE` where the quota cannot be asked for; then nothing was sent.
   */
  async function send(sending: Sending): Promise<Outcome<Notification | undefined, SendRefusal>> {
    const { length } = sending.idempotencyKey;
    if (length < 1 || length > longestKey) return refused(invalidKey);
    const [template, isComplete = true] = await Promise.all([
      templates.get(sending.templateId),
      sending.attachment?.isThere(),
    ]);
    if (template === undefined) return done(await findEarlier(sending));
    const rendered = render(template, sending.variables);
    if (rendered.ok && isComplete) return done(await sendRendered(sending, template, rendered.value));
    // A repeat is answered as the first time, though the template has been changed since, or what was attached has gone.
    const earlier = await findEarlier(sending);
    if (earlier !== undefined) return done(earlier);
    return rendered.ok ? refused(unknownAttachment) : rendered;
  }

  async function sendRendered(
    sending: Sending,
    template: Template,
    rendered: Rendered,
  ): Promise<Notification | undefined> {
    const write = () => store.write((tx, changed) => sendLocked(tx, changed, sending, template, rendered));
    try {
      const sent = await turns.take(`user ${sending.userId}`, write);
      if (sent?.previous !== undefined) await announce(pubsub, sent.notification, sent.previous);
      return sent?.notification;
    } catch (error) {
      // The same key at the same time for another receiver, whose lock is another.
      if (violatedConstraint(error) === 'notifications_once') return findEarlier(sending);
      throw error;
    }
  }

  async function sendLocked(
    tx: Queryable,
    changed: Changed,
    sending: Sending,
    template: Template,
    rendered: Rendered,
  ): Promise<Sent | undefined> {
    const receiver = await lockReceiver(tx, sending.userId);
    if (receiver === undefined) return undefined;
    const earlier = await selectEarlier(tx, sending);
    if (earlier !== undefined) return { notification: earlier };
    const now = new Date(clock.now());
    const { channel, category } = template;
    const attachment = sending.attachment?.reference ?? null;
    const made = { ...sending, ...rendered, attachment, channel, category, createdAt: now };
    const reason = whyNot(receiver, template);
    if (reason !== undefined) return { notification: await suppress(tx, changed, made, reason) };
    const consumed = await consume(tx, made);
    if (!consumed.isPassed) return { notification: await suppress(tx, changed, made, 'QUOTA_USED_UP') };
    try {
      return await deliverLater(tx, changed, made, endOfQuiet(receiver, template, now));
    } catch (error) {
      // COMMIT has not been sent: it surely fails. Where COMMIT itself is not answered, a repeat has the same consumption.
      await consumed.refund();
      throw error;
    }
  }

  function consume(tx: Queryable, made: Made): Promise<Consumed> {
    const limits = limitsOf(made.channel, made.category);
    if (limits.length === 0) return Promise.resolve(unlimited);
    return quotas.consume(consumptionOf(made), limits, () => selectConsumed(tx, made.userId, made.createdAt));
  }

  const findEarlier = (sending: Sending) =>
    store.read((db) => selectEarlier(db, sending), { primary: 'only' });

  return { send };
}

type Made = Omit<NewNotification, 'status' | 'suppressedBecause' | 'deferredUntil'>;

const unlimited: Consumed = { isPassed: true, refund: () => Promise.resolve() };

const invalidKey = about(
  'idempotencyKey',
  'INVALID_LENGTH',
  `The idempotency key must have 1 to ${longestKey} characters.`,
);

function whyNot(receiver: Receiver, template: Template): Suppression | undefined {
  return (
    whyUnwanted(receiver, template) ?? (hasAddress(receiver, template.channel) ? undefined : 'NO_ADDRESS')
  );
}

/** Until when it waits; undefined where it need not. What concerns security does not wait. */
function endOfQuiet({ quietHours }: Receiver, { category }: Template, now: Date): Date | undefined {
  return category === 'SECURITY' || quietHours === null ? undefined : quietUntil(now, quietHours);
}

async function suppress(
  tx: Queryable,
  changed: Changed,
  made: Made,
  reason: Suppression,
): Promise<Notification> {
  const { notification } = await insertNotification(tx, {
    ...made,
    status: 'SUPPRESSED',
    suppressedBecause: reason,
    deferredUntil: null,
  });
  // Nothing that the receiver sees has changed.
  changed(notificationPolicy, notification.id);
  return notification;
}

async function deliverLater(
  tx: Queryable,
  changed: Changed,
  made: Made,
  deferredUntil: Date | undefined,
): Promise<Sent> {
  const sent = await insertNotification(tx, {
    ...made,
    status: deferredUntil === undefined ? 'QUEUED' : 'DEFERRED',
    suppressedBecause: null,
    deferredUntil: deferredUntil ?? null,
  });
  const { id } = sent.notification;
  noteNotification(changed, sent.notification);
  await enqueue(tx, {
    task: 'deliver-notification',
    payload: { notificationId: id },
    runAt: deferredUntil,
    key: `notification:${id}`,
  });
  return sent;
}
