import type { Client } from 'pg';

const templates = [
  [
    'Order shipped',
    'EMAIL',
    'TRANSACTIONAL',
    'Your order {{number}} is on its way',
    '<p>Hello {{name}},</p><p>your order {{number}} has left our house and arrives on {{day}}.</p>',
  ],
  [
    'New sign-in',
    'EMAIL',
    'SECURITY',
    'A new sign-in to your account',
    '<p>Hello {{name}},</p><p>somebody has signed in from {{place}}. If it was not you, change your password.</p>',
  ],
  ['Parcel arrived', 'SMS', 'TRANSACTIONAL', null, 'Your parcel {{number}} waits for you at {{place}}.'],
  ['Back in stock', 'PUSH', 'PROMOTIONAL', null, '{{product}} is back in stock.'],
] as const;

const people = ['alice', 'bob', 'carol'] as const;
/** More than the cache keeps of each, so that there is a second page. */
const perPerson = 24;

/** Templates on every channel, and for each person notifications of the last days, the older ones read. */
export async function seedNotifications(client: Client): Promise<void> {
  const column = (index: 0 | 1 | 2 | 3 | 4) => templates.map((template) => template[index]);
  await client.query(
    `INSERT INTO notification_templates (name, channel, category, subject, body)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])`,
    [column(0), column(1), column(2), column(3), column(4)],
  );
  await client.query(
    `INSERT INTO notifications (user_id, sender_id, idempotency_key, template_id, channel, category, status, subject,
       body, created_at, sent_at, read_at, attachment)
     SELECT receiver.id, sender.id, 'seed:' || receiver.username || ':' || n, template.id, template.channel,
       template.category, 'SENT', replace(template.subject, '{{number}}', (1000 + n)::text),
       filled.body, at, at + interval '2 seconds', CASE WHEN n < 20 THEN at + interval '1 hour' END,
       (SELECT 'Product:' || id FROM products ORDER BY id OFFSET n LIMIT 1)
     FROM generate_series(1, $2::integer) AS n
     CROSS JOIN users AS receiver
     JOIN users AS sender ON sender.username = 'service'
     JOIN notification_templates AS template ON template.name = $3
     CROSS JOIN LATERAL (SELECT now() - (($2 - n + 1) * 7) * interval '1 hour' AS at) AS sent
     CROSS JOIN LATERAL (
       SELECT replace(replace(replace(template.body, '{{name}}', receiver.display_name), '{{number}}', (1000 + n)::text),
         '{{day}}', to_char(at + interval '3 days', 'FMDay')) AS body) AS filled
     WHERE receiver.username = ANY($1)
     ORDER BY n, receiver.id`,
    [people, perPerson, templates[0][0]],
  );
}
