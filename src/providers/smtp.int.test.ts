import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSmtpSink, type SmtpSink } from '../testing/smtp-sink.ts';
import type { Provider } from './provider.ts';
import { createSmtpProvider } from './smtp.ts';

let sink: SmtpSink;
let smtp: Provider;
const message = { id: 'n-7', to: 'alice@example.com', subject: 'Grüße', body: '<p>Hello</p>' };
const never = new AbortController().signal;

beforeAll(async () => {
  sink = await startSmtpSink();
  smtp = createSmtpProvider({
    url: sink.url,
    from: 'Tributary <no-reply@example.com>',
    connections: 2,
    timeoutMs: 5_000,
  });
});
beforeEach(() => {
  sink.answer({});
  sink.beforeAccepting(() => Promise.resolve());
});
afterAll(async () => {
  await smtp.close();
  await sink.close();
});

describe('an e-mail', () => {
  it('goes to one mailbox as HTML, under an id that is the same each time', async () => {
    await smtp.send(message, never);
    await smtp.send(message, never);
    const [first, second] = sink.accepted;
    expect(first?.to).toEqual(['alice@example.com']);
    expect([first?.messageId, second?.messageId]).toEqual(['n-7@example.com', 'n-7@example.com']);
    expect(first?.raw).toMatch(/^From: Tributary <no-reply@example\.com>\r$/m);
    expect(first?.raw).toMatch(/^Content-Type: text\/html/m);
    expect(first?.raw).toContain('<p>Hello</p>');
  });

  it('cannot be sent to more mailboxes, or given headers, by its address or subject', async () => {
    const before = sink.accepted.length;
    for (const to of [
      'alice@example.com, eve@example.com',
      'a@example.com\r\nRCPT TO:<eve@example.com>',
      'Eve <e@x>',
    ])
      await expect(smtp.send({ ...message, to }, never)).rejects.toMatchObject({
        message: 'SMTP: not an address',
        isFinal: true,
      });
    await smtp.send({ ...message, subject: 'Hello\r\nBcc: eve@example.com' }, never);
    const mails = sink.accepted.slice(before);
    expect(mails.map(({ to }) => to)).toEqual([['alice@example.com']]);
    expect(mails[0]?.raw).not.toMatch(/^Bcc:/im);
  });

  it.each([
    ['550 to the address is final', { to: 550 }, true],
    ['552 to the text is final', { data: 552 }, true],
    ['450 to the address is not', { to: 450 }, false],
    ['451 to the text is not', { data: 451 }, false],
  ])('%s', async (_what, refusals, isFinal) => {
    sink.answer(refusals);
    const error = await smtp.send(message, never).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'NotAccepted', isFinal });
    expect((error as Error).message).toMatch(/^SMTP: \d{3} at (RCPT TO|DATA)$/);
  });

  it('is not sent again by the library when its connection breaks behind it', async () => {
    let came = 0;
    sink.beforeAccepting(() => {
      came += 1;
      sink.breakConnections();
      return Promise.resolve();
    });
    await expect(smtp.send(message, never)).rejects.toMatchObject({ isFinal: false });
    expect(came).toBe(1);
  });

  it('is given up when its time is up', async () => {
    const gate = new AbortController();
    let open: () => void = () => undefined;
    sink.beforeAccepting(() => {
      gate.abort();
      return new Promise((resolve) => (open = resolve));
    });
    await expect(smtp.send(message, gate.signal)).rejects.toMatchObject({
      message: 'SMTP: EABORT',
      isFinal: false,
    });
    open();
  });
});

describe('a server', () => {
  it('that cannot be reached is tried again', async () => {
    const gone = await startSmtpSink();
    await gone.close();
    const provider = createSmtpProvider({ url: gone.url, from: 'a@example.com', connections: 1 });
    await expect(provider.send(message, never)).rejects.toMatchObject({ isFinal: false });
    await provider.close();
  });

  it('that offers no TLS gets nothing unless this is said', async () => {
    const before = sink.accepted.length;
    const url = sink.url.replace('?tls=optional', '');
    const provider = createSmtpProvider({ url, from: 'a@example.com', connections: 1 });
    await expect(provider.send(message, never)).rejects.toMatchObject({ isFinal: false });
    await provider.close();
    expect(sink.accepted).toHaveLength(before);
  });
});
