import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { onServer } from '../testing/database.ts';
import { ask, listen, liveClient } from '../testing/live/live-client.ts';
import { createWorld, type Person, type World } from '../testing/world.ts';

const origin = 'https://shop.example';
const limits = { RATE_LIMIT: '20', RATE_LIMIT_SERVICE: '40', MAX_COST: '10' };

let world: World;
beforeAll(async () => {
  const env = { TRUSTED_PROXIES: '127.0.0.0/8', CORS_ORIGINS: origin };
  // People sign up through a gateway without limits.
  world = await createWorld({ env });
  limited = (await world.anotherGateway({ env: { ...env, ...limits } })).url;
  ann = await world.somebody();
});
afterAll(() => world.close());
let limited: string;
let ann: Person;

interface Asking {
  readonly token?: string | undefined;
  readonly from?: string;
  readonly accept?: string;
  readonly query?: string;
}

interface Shown {
  readonly requested: number;
  readonly actual: number;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: string;
}

interface Body {
  readonly data?: { readonly rateLimit?: Readonly<Record<string, unknown>> | null } | null;
  readonly errors?: readonly { readonly extensions: Readonly<Record<string, unknown>> }[];
  readonly extensions?: { readonly cost?: Shown };
}

const query = '{ rateLimit { limit cost remaining resetAt } }';

async function post({ token, from, accept = 'application/json', ...rest }: Asking = {}) {
  const response = await fetch(`${limited}/graphql`, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', accept, origin },
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(from === undefined ? {} : { 'x-forwarded-for': from }),
    },
    body: JSON.stringify({ query: rest.query ?? query }),
    signal: AbortSignal.timeout(15_000),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function postForJson(asking?: Asking) {
  const { text, ...rest } = await post(asking);
  return { ...rest, body: JSON.parse(text) as Body };
}

/** Takes all that is left of one asker. */
async function useUp(asking: Asking, points = 20): Promise<readonly number[]> {
  const answers = await Promise.all(Array.from({ length: points }, () => post(asking)));
  return answers.map(({ status }) => status);
}

describe('over HTTP', () => {
  it('shows the same in the field, the extensions and the headers, and lets pages of other origins read it', async () => {
    const { body, headers } = await postForJson({ token: ann.token });
    const cost = body.extensions?.cost;
    expect(cost).toEqual({
      ...{ requested: 1, actual: 1, limit: 20, remaining: 19 },
      resetAt: body.data?.rateLimit?.['resetAt'],
    });
    expect(body.data?.rateLimit).toMatchObject({ limit: 20, cost: 1, remaining: 19 });
    expect(headers.get('ratelimit-limit')).toBe('20');
    expect(headers.get('ratelimit-remaining')).toBe('19');
    expect(headers.get('ratelimit-cost')).toBe('1');
    expect(Number(headers.get('ratelimit-reset'))).toBeGreaterThan(0);
    expect(headers.get('access-control-expose-headers')).toContain('ratelimit-cost, retry-after');
  });

  it('refuses with 429 who has nothing left, and tells how long to wait', async () => {
    const from = '203.0.113.1';
    expect(await useUp({ from })).toEqual(Array.from({ length: 20 }, () => 200));
    // Not even read: it is no GraphQL.
    const { status, headers, body } = await postForJson({ from, query: '{' });
    expect(status).toBe(429);
    const wait = Number(headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: wait });
    expect(headers.get('ratelimit-remaining')).toBe('0');
    expect(headers.get('ratelimit-cost')).toBe('1');
    expect((await post({ from: '203.0.113.2' })).status).toBe(200);
    expect((await post({ from, token: ann.token })).status).toBe(200);
  });

  it('takes a point for what cannot be read', async () => {
    const from = '203.0.113.3';
    const { status, headers } = await post({ from, query: '{ unknown }' });
    expect([status, headers.get('ratelimit-remaining')]).toEqual([400, '19']);
    await useUp({ from, query: '{' }, 19);
    expect((await post({ from })).status).toBe(429);
  });

  it('lets a visitor make no more carts than half the points of the address, however often asked', async () => {
    const productId = toGlobalId('Product', await world.product());
    const add = `mutation { addToCart(input: { productId: "${productId}", quantity: 1 }) { cartToken } }`;
    const carts = async () =>
      Number(
        (await onServer<{ count: string }>(world.database.primaryUrl, 'SELECT count(*) FROM carts'))[0]
          ?.count,
      );
    const before = await carts();
    const statuses: number[] = [];
    for (let asked = 0; asked < 12; asked += 1)
      statuses.push((await post({ from: '203.0.113.5', query: add })).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429, 429]);
    expect((await carts()) - before).toBe(10);
  });

  it('takes all addresses of an IPv6 network for one', async () => {
    await useUp({ from: '2001:db8::1' });
    expect((await post({ from: '2001:db8::2' })).status).toBe(429);
    expect((await post({ from: '2001:db8:0:1::2' })).status).toBe(200);
  });

  it('refuses in full what one request may not cost', async () => {
    const dear = `{ ${Array.from({ length: 11 }, (_, index) => `f${index}: products(first: 100) { nodes { name reviews: description price { amount } } }`).join(' ')} }`;
    const { status, body, headers } = await postForJson({ from: '203.0.113.4', query: dear });
    expect(status).toBe(400);
    expect(body.errors?.[0]?.extensions['code']).toBe('COST_LIMIT_EXCEEDED');
    expect(Number(headers.get('ratelimit-cost'))).toBeGreaterThan(10);
    expect(headers.get('ratelimit-remaining')).toBe('19');
  });

  it('lets services take more', async () => {
    const { token } = await world.somebody('SERVICE');
    const statuses = await useUp({ token }, 41);
    expect(statuses.filter((status) => status === 200)).toHaveLength(40);
  });

  it('says nothing where nobody is limited, but for the price', async () => {
    const { data } = await world.gateway.query(query);
    expect(data).toEqual({ rateLimit: { limit: null, cost: 1, remaining: null, resetAt: null } });
  });
});

describe('over a WebSocket', () => {
  it('shows the same in the field and the extensions, and refuses with a code and the time to wait', async () => {
    const { token } = await world.somebody();
    const client = liveClient(limited, { token });
    const first = (await ask(client, query)) as Body;
    expect(first.extensions?.cost).toMatchObject({ requested: 1, actual: 1, limit: 20, remaining: 19 });
    expect(first.data?.rateLimit).toMatchObject({ cost: 1, remaining: 19 });
    await useUp({ token }, 19);
    const [error] = (await ask(client, query).catch((thrown: unknown) => thrown)) as Body['errors'] & object;
    expect(error?.extensions).toMatchObject({ code: 'RATE_LIMITED' });
    expect(error?.extensions['retryAfterSeconds']).toBeGreaterThan(0);
    await client.close();
  });

  it('charges a subscription when it begins, and its events not at all', async () => {
    const { token, id } = await world.somebody();
    const client = liveClient(limited, { token });
    const heard = listen(
      client,
      'subscription ($ids: [ID!]!) { presenceChanged(userIds: $ids) { id presence { isOnline } } }',
      { ids: [id] },
    );
    await expect.poll(() => heard.answers.length, { timeout: 10_000 }).toBeGreaterThan(0);
    const { body } = await postForJson({ token });
    expect(body.extensions?.cost?.remaining).toBe(18);
    heard.stop();
    await client.close();
  });
});

describe('by server-sent events', () => {
  const accept = 'text/event-stream';

  it('shows the same in the field and the extensions', async () => {
    const { text } = await post({ from: '203.0.113.20', accept });
    const body = JSON.parse(/data: (.+)/.exec(text)?.[1] ?? '') as Body;
    expect(body.extensions?.cost).toMatchObject({ requested: 1, actual: 1, limit: 20, remaining: 19 });
    expect(body.data?.rateLimit).toMatchObject({ cost: 1, remaining: 19 });
  });

  it('refuses with 429 before the stream begins', async () => {
    const from = '203.0.113.21';
    await useUp({ from });
    const { status, headers } = await post({ from, accept });
    expect([status, Number(headers.get('retry-after')) > 0]).toEqual([429, true]);
  });
});
