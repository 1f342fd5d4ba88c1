import { z } from 'zod';
import { instant } from '../../src/cache/codec.ts';
import type { Changed } from '../../src/store/store.ts';
import { categories, channels } from './templates.ts';

export const statuses = ['QUEUED', 'DEFERRED', 'SENT', 'FAILED', 'SUPPRESSED'] as const;
export const suppressions = ['CHANNEL_OFF', 'PROMOTIONAL_OFF', 'QUOTA_USED_UP', 'NO_ADDRESS'] as const;

const notification = z.object({
  id: z.string(),
  userId: z.string(),
  channel: z.enum(channels),
  category: z.enum(categories),
  status: z.enum(statuses),
  suppressedBecause: z.enum(suppressions).nullable(),
  subject: z.string().nullable(),
  body: z.string(),
  createdAt: instant,
  deferredUntil: instant.nullable(),
  sentAt: instant.nullable(),
  readAt: instant.nullable(),
});

/** Something that was sent to a user, or was not. */
export type Notification = z.output<typeof notification>;

/** For every transaction that makes or changes one. */
export function noteNotification(
  ...args: readonly [changed: Changed, notification: Pick<Notification, 'id' | 'userId'>]
): void {
  // Nothing is cached yet.
  void args;
}
