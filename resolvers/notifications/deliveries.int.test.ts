import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { onServer } from '../../src/testing/database.ts';
import { startSmtpSink, type SmtpSink } from '../../src/testing/smtp-sink.ts';
import { createWorld, type World } from '../../src/testing/world.ts';

let sink: SmtpSink;
let world: World;

beforeAll(async () => {
  sink = await startSmtpSink();
  world = await createWorld({
    env: { ROLES: 'http,worker', SMTP_URL: sink.url, MAIL_FROM: 'no-reply@example.com' },
  });
});
afterAll(async () => {
  await world.close();
  await sink.close();
});

interface Saved {
  readonly saveNotificationTemplate: { readonly template: { readonly id: string } };
}

it('fifty sends of one key are one notification and one delivery at the mail server', async () => {
  const [admin, alice] = [await world.somebody('ADMIN'), await world.somebody()];
  const { primaryUrl } = world.database;
  await onServer(primaryUrl, 'UPDATE users SET email = $1 WHERE username = $2', [
    'a@example.com',
    alice.username,
  ]);
  const { data } = await admin.query<Saved>(
    `mutation ($input: SaveNotificationTemplateInput!) {
      saveNotificationTemplate(input: $input) { template { id } }
    }`,
    {
      input: {
        ...{ name: 'hello', channel: 'EMAIL', category: 'TRANSACTIONAL' },
        ...{ subject: 'Hello {{name}}', body: '<p>{{name}}</p>' },
      },
    },
  );
  const input = {
    userId: alice.id,
    templateId: data?.saveNotificationTemplate.template.id,
    variables: { name: '<b>' },
    idempotencyKey: 'once',
  };
  const send = () =>
    admin.query(
      'mutation ($input: SendNotificationInput!) { sendNotification(input: $input) { notification { id } } }',
      {
        input,
      },
    );
  const answers = await Promise.all(Array.from({ length: 50 }, send));
  expect(new Set(answers.map((answer) => JSON.stringify(answer.data))).size).toBe(1);
  const statuses = () => alice.query('{ viewer { notifications { nodes { status } } } }');
  await vi.waitFor(
    async () =>
      expect((await statuses()).data).toEqual({ viewer: { notifications: { nodes: [{ status: 'SENT' }] } } }),
    { timeout: 30_000, interval: 50 },
  );
  expect(sink.accepted.map(({ to }) => to)).toEqual([['a@example.com']]);
  expect(sink.accepted[0]?.raw).toContain('<p>&lt;b&gt;</p>');
}, 60_000);
