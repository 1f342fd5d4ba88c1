import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { toGlobalId } from '../../../schema/global-id.ts';
import type { Gateway } from '../../testing/gateway.ts';
import { againIn, bodyOf, post, untilKept } from '../../testing/kept/asking.ts';
import { totalOf } from '../../testing/prove/measures.ts';
import { createWorld, type World } from '../../testing/world.ts';

let world: World;
let gateway: Gateway;
let redis: Redis;
beforeAll(async () => {
  world = await createWorld({ env: { RATE_LIMIT: '1000', TRUSTED_PROXIES: '127.0.0.0/8' } });
  gateway = world.gateway;
  redis = new Redis(inject('redisUrl'));
});
afterAll(async () => {
  redis.disconnect();
  await world.close();
});

const userBody = (id: string) =>
  bodyOf('query Somebody($id: ID!) { user(id: $id) { username displayName } }', { id });

interface Shown {
  readonly extensions: { readonly cost: Readonly<Record<'requested' | 'actual' | 'remaining', number>> };
}

/** What reading does beside answering, and what is decided for each request. */
describe('each time that a kept answer is given', () => {
  it('a look at a product counts', async () => {
    const id = await world.product();
    const body = bodyOf('query Look($id: ID!) { product(id: $id) { name } }', {
      id: toGlobalId('Product', id),
    });
    const looks = async () => {
      await gateway.app.idle();
      return Number(await redis.hget(`${world.app}:wb:{product-views}:gathering`, `+${id}`));
    };
    await untilKept(gateway, () => post(gateway, body));
    const before = await looks();
    await againIn(gateway, () => post(gateway, body));
    expect(before).toBeGreaterThanOrEqual(1);
    expect(await looks()).toBe(before + 1);
  });

  it('a search counts', async () => {
    const body = bodyOf('{ searchProducts(query: "nothing like it") { nodes { name } } }');
    const searches = async () => {
      await gateway.app.idle();
      return redis.zrange(`${world.app}:trends:searches`, '0', '-1', 'WITHSCORES');
    };
    await untilKept(gateway, () => post(gateway, body));
    const before = await searches();
    await post(gateway, body);
    expect(before).not.toEqual([]);
    // What is noted just then is sent by somebody else.
    await expect.poll(searches, { timeout: 10_000 }).not.toEqual(before);
  });

  it('a point is taken, and what is left is this client’s', async () => {
    const { id } = await world.somebody();
    const body = userBody(id);
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
    const costOf = async (address: string) => {
      const { headers, text } = await post(gateway, body, from(address));
      const { cost } = (JSON.parse(text) as Shown).extensions;
      return { ...cost, header: headers.get('ratelimit-remaining') };
    };
    await untilKept(gateway, () => post(gateway, body, from('192.0.2.1')));
    const first = await costOf('192.0.2.2');
    expect(first).toMatchObject({ requested: 1, actual: 1, remaining: 999, header: '999' });
    expect(await costOf('192.0.2.2')).toMatchObject({ remaining: 998, header: '998' });
    expect(await costOf('192.0.2.3')).toMatchObject({ remaining: 999, header: '999' });
  });

  it('whoever has nothing left is refused', async () => {
    const poor = await world.anotherGateway({ env: { RATE_LIMIT: '12', TRUSTED_PROXIES: '127.0.0.0/8' } });
    const body = userBody((await world.somebody()).id);
    await untilKept(poor, () => post(poor, body, { headers: { 'x-forwarded-for': '198.51.100.1' } }));
    const all = await Promise.all(
      Array.from({ length: 20 }, () => post(poor, body, { headers: { 'x-forwarded-for': '198.51.100.2' } })),
    );
    expect(all.filter(({ status }) => status === 200)).toHaveLength(12);
    expect(all.filter(({ status }) => status === 429)).toHaveLength(8);
  });

  it('a token that is forged, or whose session has ended, is refused', async () => {
    const me = await world.somebody();
    const body = userBody(me.id);
    await untilKept(gateway, () => post(gateway, body, { token: me.token }));
    expect((await post(gateway, body, { token: 'aa.bb.cc' })).status).toBe(401);
    await me.query('mutation { signOut { endedSessions } }');
    expect((await post(gateway, body, { token: me.token })).status).toBe(401);
  });

  it('the operation is timed and counted under its name', async () => {
    const body = userBody((await world.somebody()).id);
    await untilKept(gateway, () => post(gateway, body));
    const { operationSeconds, httpRequests } = gateway.app.metrics;
    const counted = async () => [
      await totalOf(operationSeconds, { operation: 'Somebody', type: 'query' }),
      await totalOf(httpRequests, { route: '/graphql', status: '200' }),
    ];
    const [before = 0, requests = 0] = await counted();
    await post(gateway, body);
    const [after = 0, more = 0] = await counted();
    expect(after).toBeGreaterThan(before);
    expect(more).toBe(requests + 1);
  });
});
