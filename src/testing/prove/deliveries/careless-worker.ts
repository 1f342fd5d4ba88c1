import { createApp } from '../../../app.ts';
import { readConfig } from '../../../config/config.ts';
import { environment } from '../../../config/environment.ts';
import type { Task } from '../../../jobs/task.ts';
import { createSmtpProvider } from '../../../providers/smtp.ts';

const config = readConfig(environment);
const smtp = createSmtpProvider({
  url: config.SMTP_URL ?? '',
  from: config.MAIL_FROM ?? '',
  connections: config.JOB_CONCURRENCY,
});

/** For a control: it sends whatever a job names, without a look at the row, and records nothing. */
const careless: Task = {
  attempts: 1,
  async run(payload, { signal }) {
    const { notificationId: id } = payload as { readonly notificationId: string };
    const to = 'alice@example.com';
    await smtp.send({ id: `notification-${id}`, to, subject: 'Hello', body: '<p>Hello</p>' }, signal);
  },
  abandon: () => Promise.resolve(),
};

await createApp(config, { tasks: { 'deliver-notification': careless } });
