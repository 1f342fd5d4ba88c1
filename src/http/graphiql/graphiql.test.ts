import helmet from '@fastify/helmet';
import Fastify, { type FastifyInstance } from 'fastify';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createLog } from '../../log/log.ts';
import * as assets from './assets.ts';
import { registerGraphiql } from './graphiql.ts';

let app: FastifyInstance;

async function create(options: { readonly development: boolean }) {
  const instance = Fastify();
  // The gateway has helmet for all routes; the page's own policy must win over helmet's.
  await instance.register(helmet);
  registerGraphiql(instance, { endpoint: '/graphql', version: '<1>', ...options });
  return instance;
}

beforeEach(async () => {
  app = await create({ development: true });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await app.close();
});

test('the page brings its own strict policy, whatever helmet says', async () => {
  const { headers } = await app.inject('/graphiql');
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'; script-src 'self';");
  expect(policy).not.toMatch(/unsafe|http|\*/);
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
});

test('nothing on the page is inline, and what it shows is escaped', async () => {
  const { body } = await app.inject('/graphiql');
  expect(body).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son\w+=/);
  expect(body).toContain('&lt;1&gt;');
});

test('every address on the page is one of its assets', async () => {
  const { body } = await app.inject('/graphiql');
  const addresses = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => String(match[1]));
  for (const address of addresses) expect((await app.inject(address)).statusCode, address).toBe(200);
  expect(addresses.length).toBeGreaterThan(8);
});

test('an asset under its hash is kept for ever, under another address it is asked about again', async () => {
  const { body } = await app.inject('/graphiql');
  const address = /\/graphiql\/assets\/graphiql\.min\.js\?v=\w{16}/.exec(body)?.[0] ?? '';
  expect((await app.inject(address)).headers['cache-control']).toBe('public, max-age=31536000, immutable');
  const other = await app.inject('/graphiql/assets/graphiql.min.js?v=0');
  expect(other.headers['cache-control']).toBe('no-cache');
  const headers = { 'if-none-match': String(other.headers.etag) };
  expect((await app.inject({ url: '/graphiql/assets/graphiql.min.js', headers })).statusCode).toBe(304);
});

test.each([
  ['gzip, deflate, br', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0, gzip;q=0.5', 'gzip'],
  ['identity', undefined],
])('accept-encoding "%s" gets %s', async (accepted, encoding) => {
  const headers = { 'accept-encoding': accepted };
  const answer = await app.inject({ url: '/graphiql/assets/graphiql.min.js', headers });
  expect(answer.headers['content-encoding']).toBe(encoding);
});

test.each(['package.json', '..%2f..%2fassets.ts', '%2e%2e%2fgraphiql.ts', 'constructor', '__proto__'])(
  'the file %s is not there',
  async (name) => {
    expect((await app.inject(`/graphiql/assets/${name}`)).statusCode).toBe(404);
  },
);

test('/ leads to the page', async () => {
  expect((await app.inject('/')).headers.location).toBe('/graphiql');
  expect((await app.inject('/graphiql/')).headers.location).toBe('/graphiql');
});

test('in production / is free and the page offers no logins', async () => {
  await app.close();
  app = await create({ development: false });
  expect((await app.inject('/')).statusCode).toBe(404);
  expect((await app.inject('/graphiql')).body).not.toContain('bar-login');
});

test('nothing is read before the first visit, and once only', async () => {
  const load = vi.spyOn(assets, 'loadAssets');
  await app.ready();
  expect(load).not.toHaveBeenCalled();
  await Promise.all([
    app.inject('/graphiql'),
    app.inject('/graphiql'),
    app.inject('/graphiql/assets/client.js'),
  ]);
  expect(load).toHaveBeenCalledOnce();
});

test('where the files are missing the page is not there, and one line says why', async () => {
  vi.spyOn(assets, 'loadAssets').mockRejectedValue(new Error("Cannot find module 'graphiql/package.json'"));
  const lines: string[] = [];
  await app.close();
  app = Fastify();
  const log = createLog({ level: 'warn', destination: { write: (line) => void lines.push(line) } });
  registerGraphiql(app, { endpoint: '/graphql', development: false, log });
  expect((await app.inject('/graphiql')).statusCode).toBe(404);
  expect((await app.inject('/graphiql/assets/client.js')).statusCode).toBe(404);
  expect(lines).toEqual([expect.stringContaining('GraphiQL is not served')]);
});

describe('for the build', () => {
  test('every asset is copied into one folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'graphiql-'));
    try {
      await assets.copyAssets(folder);
      expect((await readdir(folder)).sort()).toEqual([...(await assets.loadAssets()).keys()].sort());
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
