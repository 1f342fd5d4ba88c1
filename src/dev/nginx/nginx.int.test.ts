import { mkdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { listen, liveClient } from '../../testing/live/live-client.ts';
import { liveSchema } from '../../testing/live/live-schema.ts';
import { postQuery, type Gateway } from '../../testing/gateway.ts';
import { createWorld, type World } from '../../testing/world.ts';
import { readText, root } from '../manifests/compose.ts';
import { freePort } from '../processes/free-port.ts';
import { chooseCacheRoot, makeTemporaryFolder } from '../processes/reachable-folder.ts';
import { runToEnd } from '../processes/run-to-end.ts';
import { findServiceUser } from '../processes/service-user.ts';
import { nginxConfiguration, toUpstreams } from './configuration.ts';
import { findNginx } from './find-nginx.ts';
import { checkConfiguration, startNginx, type NginxServer } from './nginx-server.ts';

const patience = { timeout: 10_000, interval: 10 };
const heard = 'subscription ($channel: String!) { heard(channel: $channel) { text } }';
let folder: string;
let world: World;
let gateway: Gateway;
let speaker: Gateway;
let nginx: NginxServer;

/** A machine that has none, and cannot fetch one, tests the rest. */
const isThere = await findHere().then(
  () => true,
  (error: unknown) => {
    console.warn(`Not tested: ${String(error)}`);
    return false;
  },
);

async function findHere() {
  const cacheDir = await chooseCacheRoot(await findServiceUser());
  return findNginx({ serverBin: process.env['NGINX_BIN'], cacheDir });
}

beforeAll(async () => {
  folder = await makeTemporaryFolder('tributary-nginx-', await findServiceUser());
});
afterAll(() => rm(folder, { recursive: true }));

const speak = (text: string) =>
  speaker.query('mutation ($text: String!) { say(channel: "n", text: $text) }', {
    variables: { text },
  });

describe.skipIf(!isThere)('behind nginx, with one gateway that is gone', () => {
  beforeAll(async () => {
    world = await createWorld();
    gateway = await world.anotherGateway({
      overrides: { schema: liveSchema() },
      env: { TRUSTED_PROXIES: '127.0.0.1', RATE_LIMIT: '3' },
    });
    speaker = await world.anotherGateway({ overrides: { schema: liveSchema() } });
    // The first address refuses connections.
    const gateways = [`127.0.0.1:${await freePort()}`, new URL(gateway.url).host];
    nginx = await startNginx({ dataDir: join(folder, 'nginx'), gateways });
  }, 60_000);
  afterAll(async () => {
    await nginx.stop();
    await world.close();
  });

  it('mutations find the one that lives, and keep the id that the caller gave', async () => {
    for (let time = 0; time < 2; time += 1) {
      const response = await fetch(`${nginx.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-request-id': 'mine',
          'x-forwarded-for': `10.0.0.${time}`,
        },
        body: JSON.stringify({ query: 'mutation { say(channel: "other", text: "x") }' }),
      });
      expect(await response.json()).toMatchObject({ data: { say: true } });
      expect(response.headers.get('x-request-id')).toBe('mine');
    }
  });

  it('clients are told apart by the address that nginx saw, whatever they claim', async () => {
    const ask = (localAddress: string, claimed: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { 'content-type': 'application/json', 'x-forwarded-for': claimed };
        request(`${nginx.url}/graphql`, { method: 'POST', localAddress, headers }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode));
        })
          .on('error', reject)
          .end(JSON.stringify({ query: '{ __typename }' }));
      });
    const statuses = [];
    for (let time = 0; time < 4; time += 1) statuses.push(await ask('127.0.0.2', `10.1.0.${time}`));
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect(await ask('127.0.0.3', '127.0.0.2')).toBe(200);
  });

  it('WebSockets work', async () => {
    const client = liveClient(nginx.url);
    onTestFinished(() => client.close());
    const listening = listen(client, heard, { channel: 'n' });
    await vi.waitFor(async () => {
      await speak('by socket');
      expect(listening.answers).toContainEqual({ data: { heard: { text: 'by socket' } } });
    }, patience);
  });

  it('events of a stream come one by one', async () => {
    const client = createClient({ url: `${nginx.url}/graphql`, retryAttempts: 0 });
    onTestFinished(() => client.dispose());
    const answers: unknown[] = [];
    client.subscribe(
      { query: heard, variables: { channel: 'n' } },
      { next: (answer) => answers.push(answer), error: () => undefined, complete: () => undefined },
    );
    await vi.waitFor(async () => {
      await speak('by events');
      expect(answers).toContainEqual({ data: { heard: { text: 'by events' } } });
    }, patience);
  });

  it('what is for operators is not shown', async () => {
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(200);
    for (const path of ['/metrics', '/readyz']) expect((await fetch(`${nginx.url}${path}`)).status).toBe(404);
    expect((await fetch(`${nginx.url}/healthz`)).status).toBe(200);
  });

  it('a body that is too large is refused by the gateway, with its code', async () => {
    const { status, errors } = await postQuery(nginx.url, `{ __typename } # ${'x'.repeat(1_200_000)}`);
    expect([status, errors[0]?.extensions.code]).toEqual([413, 'BAD_REQUEST']);
  });

  it('without any gateway the answer is JSON and has a code', async () => {
    const alone = await startNginx({
      dataDir: join(folder, 'alone'),
      gateways: [`127.0.0.1:${await freePort()}`],
    });
    onTestFinished(() => alone.stop());
    const { status, errors } = await postQuery(alone.url, '{ __typename }');
    expect([status, errors[0]?.extensions.code]).toEqual([502, 'UPSTREAM_UNAVAILABLE']);
  });
});

describe.skipIf(!isThere)('the configuration', () => {
  async function check(name: string, change: (text: string) => string): Promise<void> {
    const dataDir = join(folder, name);
    const tls = join(dataDir, 'tls');
    await mkdir(tls, { recursive: true });
    const made = await runToEnd('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-days', '1'],
      ...['-keyout', join(tls, 'tls.key'), '-out', join(tls, 'tls.crt')],
    ]);
    const snippet = readText('deploy/nginx/tls.conf').replaceAll('/etc/nginx/tls', tls);
    if (made.code === 0) await writeFile(join(tls, 'tls.conf'), snippet);
    const file = join(dataDir, 'nginx.conf');
    const text = await nginxConfiguration({
      ...toUpstreams(['127.0.0.1:4000', '127.0.0.1:4001']),
      NGINX_LISTEN: '8080',
      NGINX_TLS: join(tls, '*.conf'),
      NGINX_RUN_DIR: dataDir,
      NGINX_ACCESS_LOG: join(dataDir, 'access.log'),
    });
    await writeFile(file, change(text));
    await checkConfiguration(await findHere(), file);
  }

  it('is one that nginx takes, with TLS', async () => {
    await expect(check('tls', (text) => text)).resolves.toBeUndefined();
  });

  it('that is wrong is refused with what nginx says', async () => {
    await expect(check('wrong', (text) => text.replace('least_conn', 'most_conn'))).rejects.toThrow(
      'unknown directive "most_conn"',
    );
  });
});

it('says in one line how to get an nginx where there is none', async () => {
  const empty = join(folder, 'empty');
  vi.stubEnv('PATH', empty);
  onTestFinished(() => void vi.unstubAllEnvs());
  const fetch = () => Promise.resolve({ reason: 'no network' });
  await expect(findNginx({ cacheDir: empty, fetch, furtherFolders: [] })).rejects.toThrow(
    'There is no nginx to start (no network). Install one (apt install nginx, brew install nginx), or set NGINX_BIN to one.',
  );
  await expect(findNginx({ cacheDir: empty, serverBin: join(root, 'none') })).rejects.toThrow('NGINX_BIN is');
});
