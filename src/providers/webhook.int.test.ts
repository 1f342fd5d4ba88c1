import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import type { Provider } from './provider.ts';
import { createWebhookProvider, signatureOf } from './webhook.ts';

const secret = 'a-secret-for-tests-that-is-long-enough';
const message = { id: 'n-7', to: '+41791234567', subject: null, body: 'Hello' };
const never = new AbortController().signal;
const nothing: { readonly headers: IncomingHttpHeaders; readonly body: string } = { headers: {}, body: '' };
const received: { readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
let status = 200;
let server: Server;
let webhook: Provider;

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ url: request.url ?? '', headers: request.headers, body });
      if (status === 0) return;
      response.writeHead(status, { location: '/elsewhere' }).end('x'.repeat(100_000));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  webhook = createWebhookProvider({
    url: `http://127.0.0.1:${port}/sms`,
    secret,
    clock: createFakeClock(1_800_000_000_999),
  });
});
beforeEach(() => {
  received.length = 0;
  status = 200;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('a webhook', () => {
  it('is sent the message, its id, and a signature over the time and all of the body', async () => {
    await webhook.send(message, never);
    const { headers, body } = received[0] ?? nothing;
    expect(JSON.parse(body)).toEqual({ id: 'n-7', to: '+41791234567', text: 'Hello' });
    expect(headers).toMatchObject({
      'idempotency-key': 'n-7',
      'x-timestamp': '1800000000',
      'x-signature': signatureOf(secret, '1800000000', body),
    });
    expect(signatureOf(secret, '1800000000', `${body} `)).not.toBe(headers['x-signature']);
    expect(signatureOf(secret, '1800000001', body)).not.toBe(headers['x-signature']);
  });

  it.each([
    [400, true],
    [422, true],
    [401, false],
    [404, false],
    [429, false],
    [500, false],
    [503, false],
  ])('that answers %i: final is %s', async (answer, isFinal) => {
    status = answer;
    await expect(webhook.send(message, never)).rejects.toMatchObject({
      message: `webhook: status ${answer}`,
      isFinal,
    });
  });

  it('that redirects is not followed', async () => {
    status = 307;
    await expect(webhook.send(message, never)).rejects.toMatchObject({ isFinal: false });
    expect(received.map(({ url }) => url)).toEqual(['/sms']);
  });

  it('that is silent is given up', async () => {
    status = 0;
    await expect(webhook.send(message, AbortSignal.timeout(200))).rejects.toMatchObject({
      message: 'webhook: TimeoutError',
      isFinal: false,
    });
  });

  it('that cannot be reached is tried again', async () => {
    const clock = createFakeClock();
    const nobody = createWebhookProvider({ url: 'http://127.0.0.1:1/', secret, clock });
    await expect(nobody.send(message, never)).rejects.toMatchObject({ isFinal: false });
  });
});
