import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { Cache } from '../cache/cache.ts';
import { readConfig } from '../config/config.ts';
import type { Database } from '../database/database.ts';
import { createLog } from '../log/log.ts';
import { tracedCache, tracedDatabase } from '../store/traced.ts';
import { openTracing } from './open-tracing.ts';
import { noTracing } from './tracing.ts';

const log = createLog({ level: 'silent' });
const configWith = (env: Readonly<Record<string, string>>) =>
  readConfig({
    DATABASE_URL: 'postgres://host/db',
    REDIS_URL: 'redis://host',
    TOKEN_SECRET: 'x'.repeat(32),
    OTEL_TRACES_SAMPLER_ARG: '1',
    ...env,
  });

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Resolves to its address; what it answers is up to the listener. */
async function startCollector(onRequest: (path: string, body: string, answer: () => void) => void) {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => onRequest(request.url ?? '', body, () => response.end('{}')));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('without a collector nothing is recorded, and nothing is put around cache and database', () => {
  expect(openTracing({ config: configWith({}), log })).toBe(noTracing);
  const [cache, database] = [{} as Cache, {} as Database];
  expect(tracedCache(cache, noTracing)).toBe(cache);
  expect(tracedDatabase(database, noTracing)).toBe(database);
});

it('a collector is handed what was recorded, under the name of the service', async () => {
  const received: string[] = [];
  const url = await startCollector((path, body, answer) => {
    received.push(path, body);
    answer();
  });
  const config = configWith({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/`,
    OTEL_SERVICE_NAME: 'gateway-of-tests',
  });
  const tracing = openTracing({ config, log });
  const work = () =>
    tracing.span(
      'inner',
      () => ({ size: 1 }),
      () => Promise.reject(new TypeError('a secret')),
    );
  await expect(tracing.request('outer', {}, work)).rejects.toThrow('a secret');
  await tracing.close();
  expect(received[0]).toBe('/v1/traces');
  for (const text of ['gateway-of-tests', '"outer"', '"inner"', 'TypeError'])
    expect(received[1]).toContain(text);
  expect(received[1]).not.toContain('a secret');
});

it('one that does not answer holds nobody up for long', async () => {
  const url = await startCollector(() => undefined);
  const tracing = openTracing({ config: configWith({ OTEL_EXPORTER_OTLP_ENDPOINT: url }), log });
  await tracing.request('outer', {}, () => Promise.resolve());
  const startedAt = performance.now();
  await tracing.close();
  expect(performance.now() - startedAt).toBeLessThan(4_000);
});
