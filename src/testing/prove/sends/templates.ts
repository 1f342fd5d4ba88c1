import { toGlobalId } from '../../../../schema/global-id.ts';
import { onServer } from '../../database.ts';

/** What is sent. By the quotas of one user and day: 10 e-mails, 5 texts, 3 adverts on whatever channel, and pushes without end. */
const kinds = {
  receipt: { channel: 'EMAIL', category: 'TRANSACTIONAL' },
  advert: { channel: 'EMAIL', category: 'PROMOTIONAL' },
  text: { channel: 'SMS', category: 'TRANSACTIONAL' },
  push: { channel: 'PUSH', category: 'TRANSACTIONAL' },
  pushedAdvert: { channel: 'PUSH', category: 'PROMOTIONAL' },
} as const;

export type Kind = keyof typeof kinds;

/** Global ids of the templates, one of each kind. */
export type Templates = ReadonlyMap<Kind, string>;

export async function createTemplates(primaryUrl: string): Promise<Templates> {
  const made = Object.entries(kinds).map(async ([kind, { channel, category }]) => {
    const [row] = await onServer<{ id: string }>(
      primaryUrl,
      `INSERT INTO notification_templates (name, channel, category, subject, body)
       VALUES ($1, $2, $3, CASE WHEN $2 = 'EMAIL' THEN 'Hello' END, 'Hello there') RETURNING id::text`,
      [kind, channel, category],
    );
    return [kind as Kind, toGlobalId('NotificationTemplate', row?.id ?? '')] as const;
  });
  return new Map(await Promise.all(made));
}
