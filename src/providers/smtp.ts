import { createTransport } from 'nodemailer';
import { NotAccepted, type Outgoing, type Provider } from './provider.ts';

export interface SmtpOptions {
  /**
   * `smtps://` speaks TLS from the start, `smtp://` upgrades to it. With `?tls=optional` a server that does not offer the
   * upgrade is talked to in the clear.
   */
  readonly url: string;
  /** `no-reply@example.com` or `Tributary <no-reply@example.com>`. */
  readonly from: string;
  readonly connections: number;
  /** The longest wait for one answer of the server; 10 s when not given. */
  readonly timeoutMs?: number;
}

/** One mailbox and nothing around it. The library takes a text for a list: `a@x, b@y` would reach both. */
const isMailbox = /^[^\s<>()[\],;:"\\@]+@[^\s<>()[\],;:"\\@]+$/;

/** E-mails: the body is HTML, the address one mailbox. */
export function createSmtpProvider({ url, from, connections, timeoutMs = 10_000 }: SmtpOptions): Provider {
  const server = new URL(url);
  const secure = server.protocol === 'smtps:';
  const sender = /<([^<>]+)>$/.exec(from)?.[1] ?? from;
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  const transport = createTransport({
    pool: true,
    host: server.hostname,
    ...(server.port !== '' && { port: Number(server.port) }),
    secure,
    requireTLS: !secure && server.searchParams.get('tls') !== 'optional',
    ...(server.username !== '' && {
      auth: { user: decodeURIComponent(server.username), pass: decodeURIComponent(server.password) },
    }),
    maxConnections: connections,
    // A message whose connection breaks may have been accepted: whether it is sent again is not the library's to decide.
    maxRequeues: 0,
    idleTimeout: 30_000,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });

  return {
    async send({ id, to, subject, body }: Outgoing, signal) {
      if (!isMailbox.test(to)) throw new NotAccepted('SMTP: not an address', { isFinal: true });
      try {
        await transport.sendMail({
          envelope: { from: sender, to: [to] },
          from,
          to: { name: '', address: to },
          subject: subject ?? '',
          html: body,
          messageId: `<${id}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
          signal,
        });
      } catch (error) {
        throw toNotAccepted(error);
      }
    },
    close() {
      transport.close({ force: true });
      return Promise.resolve();
    },
  };
}

/** Steps at which a server judges the message; before them it judges us or itself. */
const aboutTheMessage = /^(MAIL FROM|RCPT TO|DATA)/;

function toNotAccepted(error: unknown): NotAccepted {
  if (!(error instanceof Error)) return new NotAccepted('SMTP: failed');
  const { code, command, responseCode } = error as Error & {
    readonly code?: string;
    readonly command?: string;
    readonly responseCode?: number;
  };
  const isRefusal = responseCode !== undefined && responseCode >= 500 && aboutTheMessage.test(command ?? '');
  const what = [responseCode ?? code ?? 'failed', command === undefined ? '' : `at ${command}`]
    .join(' ')
    .trim();
  return new NotAccepted(`SMTP: ${what}`, { isFinal: isRefusal, detail: error.message });
}
