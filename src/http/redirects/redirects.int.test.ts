import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { follow, storeLink, warmUp } from '../../testing/stored-links.ts';
import { createWorld, type World } from '../../testing/world.ts';
import { totalOf } from '../../testing/prove/measures.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld({ env: { LINK_CDN_SECONDS: '60' } });
});
afterAll(() => world.close());

const inAnHour = () => new Date(Date.now() + 3_600_000);

describe('a short link', () => {
  it('leads to its address, from memory as from the database', async () => {
    const { code } = await storeLink(world.database, { url: 'https://example.com/a?b=c#d' });
    const cold = await follow(world.gateway, code);
    await world.gateway.app.idle();
    await follow(world.gateway, code);
    const hot = await follow(world.gateway, code);
    for (const each of [cold, hot])
      expect(each).toMatchObject({ status: 302, location: 'https://example.com/a?b=c#d', text: '' });
    expect([cold.isHot, hot.isHot]).toEqual([false, true]);
    // What is said in front of the framework, is said behind it in the same words.
    const own = ['date', 'x-request-id', 'connection', 'keep-alive'];
    for (const [name, value] of hot.headers)
      if (!own.includes(name)) expect([name, cold.headers.get(name)]).toEqual([name, value]);
    expect(hot.headers.get('cache-control')).toBe('public, max-age=0, s-maxage=60');
    expect(hot.headers.get('cache-tag')).toBe(`link-${code}`);
  });

  it('is found by its alias, and then by nothing else', async () => {
    const { code } = await storeLink(world.database, { alias: 'spring-sale' });
    expect(code).toBe('spring-sale');
    expect((await follow(world.gateway, 'spring-sale')).status).toBe(302);
    expect((await follow(world.gateway, 'Spring-Sale')).status).toBe(404);
  });

  it('takes no notice of a query', async () => {
    const { code } = await storeLink(world.database);
    await warmUp(world, code);
    const { location, isHot } = await follow(world.gateway, `${code}?url=https://evil.example&next=//evil`);
    expect({ location, isHot }).toEqual({ location: 'https://example.com/somewhere?a=b', isHot: true });
  });

  it('is 404 where there is none, remembered, and shortly at a CDN', async () => {
    const unknown = await follow(world.gateway, 'no-such-link');
    expect(unknown.status).toBe(404);
    expect(unknown.text.length).toBeLessThan(300);
    expect(JSON.parse(unknown.text)).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    expect(unknown.headers.get('cache-control')).toBe('public, max-age=0, s-maxage=5');
    await world.gateway.app.idle();
    const again = await world.gateway.counting(() => follow(world.gateway, 'no-such-link'));
    expect(again.counts.postgres).toEqual({});
  });

  it('is 410 from its end on, also where it was followed until then', async () => {
    const over = await storeLink(world.database, { expiresAt: new Date(Date.now() - 1_000) });
    const answer = await follow(world.gateway, over.code);
    expect(answer).toMatchObject({ status: 410, location: null });
    expect(JSON.parse(answer.text)).toMatchObject({ errors: [{ message: 'This link has expired.' }] });
    expect(answer.headers.get('cache-tag')).toBe(`link-${over.code}`);

    const soon = await storeLink(world.database, { expiresAt: new Date(Date.now() + 1_500) });
    await warmUp(world, soon.code);
    await expect
      .poll(async () => (await follow(world.gateway, soon.code)).status, { timeout: 10_000 })
      .toBe(410);
  });

  it('is not kept by a CDN beyond its end', async () => {
    const { code } = await storeLink(world.database, { expiresAt: new Date(Date.now() + 30_000) });
    const { headers } = await follow(world.gateway, code);
    const seconds = Number(/s-maxage=(\d+)$/.exec(headers.get('cache-control') ?? '')?.[1]);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(30);
    const later = await storeLink(world.database, { expiresAt: inAnHour() });
    expect((await follow(world.gateway, later.code)).headers.get('cache-control')).toMatch(/s-maxage=60$/);
  });

  it('answers HEAD as GET', async () => {
    const { code } = await storeLink(world.database);
    await warmUp(world, code);
    const head = await follow(world.gateway, code, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 302, location: 'https://example.com/somewhere?a=b', text: '' });
    expect((await follow(world.gateway, 'no-such-link', { method: 'HEAD' })).status).toBe(404);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('is not there for %s', async (method) => {
    const { code } = await storeLink(world.database);
    await warmUp(world, code);
    const { status, headers } = await follow(world.gateway, code, { method });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('says under which id it was asked for, and takes none that could do harm', async () => {
    const { code } = await storeLink(world.database);
    await warmUp(world, code);
    const idOf = async (header: string) =>
      (await follow(world.gateway, code, { headers: { 'x-request-id': header } })).headers.get(
        'x-request-id',
      );
    expect(await idOf('mine-1')).toBe('mine-1');
    expect(await idOf('a b<script>')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is counted among the requests, from memory too', async () => {
    const { code } = await storeLink(world.database);
    const seen = () => totalOf(world.gateway.app.metrics.httpRequests, { route: '/:code', status: '302' });
    await warmUp(world, code);
    const before = await seen();
    for (let times = 0; times < 3; times += 1) expect((await follow(world.gateway, code)).isHot).toBe(true);
    expect((await seen()) - before).toBe(3);
  });

  it('whose address would break a header is a fault of ours, and harms nothing', async () => {
    const { code } = await storeLink(world.database, { url: 'https://example.com/\r\nset-cookie: a=b' });
    await warmUp(world, code);
    const answer = await follow(world.gateway, code);
    expect([answer.status, answer.location, answer.headers.get('set-cookie')]).toEqual([500, null, null]);
    expect((await follow(world.gateway, 'healthz')).status).toBe(200);
  });
});

describe('a path of the gateway itself', () => {
  it.each(['healthz', 'readyz', 'metrics', 'graphql'])(
    '/%s is no short link, whatever somebody stores',
    async (name) => {
      await storeLink(world.database, { alias: name });
      for (let times = 0; times < 3; times += 1) {
        await world.gateway.query('query ($code: String!) { __typename }', { variables: { code: name } });
        expect((await follow(world.gateway, name)).status).not.toBe(302);
      }
    },
  );
});
