import type { Limit } from '../../src/limits/quotas.ts';
import type { Category, Channel } from './templates.ts';

/** At most so many to one user in one UTC day. */
const perDay = { email: 10, sms: 5, promotional: 3 } as const;

/** What a notification uses up, each by one: a promotional e-mail counts as both. Push messages have no quota of their own. */
export function limitsOf(channel: Channel, category: Category): readonly Limit[] {
  const limit = (counter: keyof typeof perDay): Limit => ({ counter, most: perDay[counter] });
  return [
    ...(channel === 'EMAIL' ? [limit('email')] : []),
    ...(channel === 'SMS' ? [limit('sms')] : []),
    ...(category === 'PROMOTIONAL' ? [limit('promotional')] : []),
  ];
}

/** The UTC day of an instant, `yyyy-mm-dd`. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** Names what one send has consumed; the same however often it is repeated. */
export function consumptionOf(sent: {
  readonly userId: string;
  readonly senderId: string | null;
  readonly idempotencyKey: string;
  readonly createdAt: Date;
}) {
  return {
    subject: sent.userId,
    period: dayOf(sent.createdAt),
    id: `${sent.senderId ?? ''}:${sent.idempotencyKey}`,
  };
}
