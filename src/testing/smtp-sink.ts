import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail that the server has accepted. */
export interface Accepted {
  readonly messageId: string;
  readonly to: readonly string[];
  /** As it came, headers first. */
  readonly raw: string;
}

/**
 * A real SMTP server in this process, without TLS; everything it accepts is kept. Mailboxes named `nobody` are refused for
 * good.
 */
export interface SmtpSink {
  /** For `SMTP_URL`. */
  readonly url: string;
  readonly accepted: readonly Accepted[];
  /** Such as `{ to: 550 }`: from now on the server answers so at that step, until it is changed again. */
  answer(refusals: { readonly to?: number; readonly data?: number }): void;
  /** Runs for each mail when it has come whole and before it is accepted; rejecting refuses it for now. */
  beforeAccepting(hook: (mail: Accepted) => Promise<void>): void;
  /** Runs for each mail once it is accepted and before the client is told. */
  beforeTelling(hook: () => Promise<void>): void;
  /** Breaks every connection, without a word. */
  breakConnections(): void;
  close(): Promise<void>;
}

export async function startSmtpSink(): Promise<SmtpSink> {
  const accepted: Accepted[] = [];
  let refusals: { readonly to?: number; readonly data?: number } = {};
  let before: (mail: Accepted) => Promise<void> = () => Promise.resolve();
  let behind: () => Promise<void> = () => Promise.resolve();
  const refusal = (code: number) => Object.assign(new Error('not this one'), { responseCode: code });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onRcptTo({ address }, _session, callback) {
      const code = address.startsWith('nobody@') ? 550 : refusals.to;
      if (code === undefined) callback();
      else callback(refusal(code));
    },
    onData(stream, session, callback) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const raw = Buffer.concat(parts).toString();
        const mail = {
          messageId: /^message-id: <([^>]+)>/im.exec(raw)?.[1] ?? '',
          to: session.envelope.rcptTo.map(({ address }) => address),
          raw,
        };
        if (refusals.data !== undefined) {
          callback(refusal(refusals.data));
          return;
        }
        before(mail).then(
          () => {
            accepted.push(mail);
            void behind().then(() => callback());
          },
          () => callback(refusal(421)),
        );
      });
    },
  });
  const sockets = new Set<Socket>();
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  // A client that is killed breaks its connection.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}?tls=optional`,
    accepted,
    answer: (next) => (refusals = next),
    beforeAccepting: (hook) => (before = hook),
    beforeTelling: (hook) => (behind = hook),
    breakConnections() {
      for (const socket of sockets) socket.destroy();
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
