import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import type { Gateway } from '../testing/gateway.ts';
import { createLinker } from '../testing/links.ts';
import { createWorld, type World } from '../testing/world.ts';

const origin = 'https://shop.example.com';

let world: World;
let id: string;
beforeAll(async () => {
  world = await createWorld({ env: { CORS_ORIGINS: origin } });
  id = toGlobalId('Product', await world.product({ name: 'Kettle' }));
});
afterAll(() => world.close());

const query = 'query ($id: ID!) { product(id: $id) { name } }';
const answer = { data: { product: { name: 'Kettle' } } };

const get = (parameters: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${world.gateway.url}/graphql?${new URLSearchParams(parameters).toString()}`, {
    headers: { 'apollo-require-preflight': 'true', ...headers },
  });

const post = (body: object, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${world.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('an operation', () => {
  it('is answered to POST and to GET', async () => {
    const variables = { id };
    const posted = await post({ query, variables });
    expect(posted.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await posted.json()).toEqual(answer);
    expect(await (await get({ query, variables: JSON.stringify(variables) })).json()).toEqual(answer);
  });

  it('is answered in the newer media type where that is asked for', async () => {
    const response = await post(
      { query, variables: { id } },
      { accept: 'application/graphql-response+json' },
    );
    expect(response.headers.get('content-type')).toMatch(/^application\/graphql-response\+json/);
  });

  it.each([
    '*/*',
    'application/json',
    'application/json, */*;q=0.1',
    'application/*',
    'text/html, */*;q=0.1',
  ])('is answered to a POST in the type in which it is to a GET: %s', async (accept) => {
    const [posted, got] = [
      await post({ query: '{ __typename }' }, { accept }),
      await get({ query: '{ __typename }' }, { accept }),
    ];
    const typeOf = ({ headers }: Response) => headers.get('content-type');
    expect([posted.status, typeOf(posted)]).toEqual([200, typeOf(got)]);
  });

  it.each([
    'text/plain',
    'TEXT/PLAIN;x=application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain, application/json',
    'application/jsonp',
    '',
  ])('is not answered in a form that another site can send: %j', async (type) => {
    const response = await post(
      { query: 'mutation { signOut { endedSessions } }' },
      { 'content-type': type },
    );
    expect([400, 415]).toContain(response.status);
    expect(await response.json()).not.toHaveProperty('data');
  });

  it('can be sent as a hash, once it was sent with it', async () => {
    const text = `${query} # only here`;
    const extensions = {
      persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(text).digest('hex') },
    };
    const byHash = () => get({ variables: JSON.stringify({ id }), extensions: JSON.stringify(extensions) });
    expect(await (await byHash()).json()).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
    expect(await (await post({ query: text, variables: { id }, extensions })).json()).toEqual(answer);
    expect(await (await byHash()).json()).toEqual(answer);
  });

  it('keeps what works when one of its fields fails', async () => {
    const { status, data, errors } = await world.gateway.query(
      'query ($id: ID!, $none: ID!) { product(id: $id) { name } missing: product(id: $none) { name } }',
      { variables: { id, none: toGlobalId('Product', '999999') } },
    );
    expect(status).toBe(200);
    expect(data).toEqual({ ...answer.data, missing: null });
    expect(errors).toMatchObject([{ path: ['missing'], extensions: { code: 'NOT_FOUND' } }]);
  });
});

describe('other origins', () => {
  const preflight = (from: string) =>
    fetch(`${world.gateway.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin: from,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });

  it('may ask from a browser where they are listed, and not otherwise', async () => {
    expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBe(origin);
    expect(
      (await preflight('https://elsewhere.example.com')).headers.get('access-control-allow-origin'),
    ).toBeNull();
  });
});

describe('beside GraphQL', () => {
  it('the gateway tells that it lives, what it can reach, and what it has counted', async () => {
    const ask = (path: string) => fetch(`${world.gateway.url}${path}`);
    expect(await (await ask('/healthz')).json()).toEqual({ status: 'alive' });
    await vi.waitFor(async () =>
      expect(await (await ask('/readyz')).json()).toEqual({
        status: 'ready',
        checks: { primary: 'up', replicas: ['up'], redis: 'up', bus: 'heard' },
      }),
    );
    const metrics = await (await ask('/metrics')).text();
    expect(metrics).toMatch(/^gateway_http_requests_total\{route="\/healthz",status="200"\} 1$/m);
    expect(metrics).toMatch(
      /^gateway_cache_reads_total\{policy="product",tier="source",outcome="loaded"\} \d+$/m,
    );
  });

  it('every answer has security headers, and none says what runs here', async () => {
    const { headers } = await post({ query: '{ __typename }' });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('strict-transport-security')).not.toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
  });

  it('browsers are asked to use TLS from then on, but in development, where that would be asked of localhost', async () => {
    const relaxed = await world.anotherGateway({ env: { NODE_ENV: 'development' } });
    const { code } = await createLinker(await world.somebody()).link({ url: 'https://example.com/' });
    const strictness = async (gateway: Gateway, path: string) => {
      const { headers } = await fetch(`${gateway.url}${path}`, { redirect: 'manual' });
      return headers.get('strict-transport-security');
    };
    // The second time a short link is answered from memory.
    for (const path of ['/graphql', '/healthz', `/${code}`, `/${code}`]) {
      expect(await strictness(world.gateway, path)).toBe('max-age=31536000; includeSubDomains');
      expect(await strictness(relaxed, path)).toBeNull();
    }
  });
});
