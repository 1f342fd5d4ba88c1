import { Agent, request, type IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { isPortTaken, urlOf } from './address.ts';
import { createDrain } from './drain.ts';
import { createHttpServer } from './server.ts';

async function start(config = { UNREADY_MS: 0, DRAIN_MS: 1_000 }) {
  const clock = createFakeClock();
  const drain = createDrain({ clock, config });
  const log = createLog({ level: 'silent' });
  const http = await createHttpServer({
    ...{ log, metrics: createMetrics(), drain },
    ...{ bodyLimitBytes: 1_000, corsOrigins: [] },
  });
  http.get('/word', () => ({ word: drain.isClosing() ? 'closing' : 'open' }));
  await http.listen({ host: '127.0.0.1', port: 0 });
  const client = connected(urlOf(http.server, '127.0.0.1'));
  onTestFinished(async () => {
    client.agent.destroy();
    await http.close();
  });
  return { clock, drain, http, ...client };
}

/** A proxy that keeps one connection. */
function connected(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = (options: { readonly agent?: Agent } = { agent }) =>
    new Promise<{ readonly text: string; readonly connection: string | undefined }>((resolve, reject) => {
      request(`${url}/word`, options, (response: IncomingMessage) => {
        let text = '';
        response
          .setEncoding('utf8')
          .on('data', (part: string) => (text += part))
          .on('end', () => resolve({ text, connection: response.headers.connection }));
      })
        .on('error', reject)
        .end();
    });
  return { agent, send, sendAnew: () => send({ agent: new Agent() }) };
}

/** What has no answer within the patience of the test never has one. */
const settles = async (closing: Promise<void>) => expect(closing).resolves.toBeUndefined();
const codeOf = (error: unknown) => (error as { readonly code?: string }).code;

it('answers what comes on an open connection, ends that with the answer, and takes no other', async () => {
  const { drain, http, send, sendAnew } = await start();
  expect(await send()).toEqual({ text: '{"word":"open"}', connection: 'keep-alive' });
  const closing = drain.close(http);
  expect(codeOf(await sendAnew().catch((error: unknown) => error))).toBe('ECONNREFUSED');
  expect(await send()).toEqual({ text: '{"word":"closing"}', connection: 'close' });
  await settles(closing);
});

it('without a drain the same request is lost', async () => {
  const { http, send } = await start();
  await send();
  await http.close();
  expect(['ECONNREFUSED', 'ECONNRESET']).toContain(codeOf(await send().catch((error: unknown) => error)));
});

it('gives idle connections up when the time is over, and waits for none where there is no time', async () => {
  const one = await start();
  await one.send();
  const closing = one.drain.close(one.http);
  await one.clock.advance(0);
  await one.clock.advance(999);
  expect(await connections(one.http)).toBe(1);
  await one.clock.advance(1);
  await settles(closing);

  const other = await start({ UNREADY_MS: 0, DRAIN_MS: 0 });
  await other.send();
  await settles(other.drain.close(other.http));
});

it('goes on as before for as long as others may need to see that it is not ready', async () => {
  const { clock, drain, http, send, sendAnew } = await start({ UNREADY_MS: 500, DRAIN_MS: 0 });
  const closing = drain.close(http);
  expect(await send()).toEqual({ text: '{"word":"closing"}', connection: 'keep-alive' });
  expect((await sendAnew()).text).toBe('{"word":"closing"}');
  await clock.advance(500);
  await settles(closing);
});

it('closes beside it what stays open, within its time', async () => {
  const { drain, http } = await start();
  const told: number[] = [];
  drain.beside((withinMs) => {
    told.push(withinMs);
    return Promise.resolve();
  });
  await settles(drain.close(http));
  expect(told).toEqual([800]);
});

it('closes a server that could not listen', async () => {
  const { http: first } = await start();
  const address = first.server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const log = createLog({ level: 'silent' });
  const http = await createHttpServer({
    ...{ log, metrics: createMetrics() },
    ...{ bodyLimitBytes: 1, corsOrigins: [] },
  });
  const failure: unknown = await http.listen({ host: '127.0.0.1', port }).catch((error: unknown) => error);
  expect(isPortTaken(failure)).toBe(true);
  await settles(
    createDrain({ clock: createFakeClock(), config: { UNREADY_MS: 0, DRAIN_MS: 9 } }).close(http),
  );
});

const connections = ({ server }: FastifyInstance) =>
  new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
