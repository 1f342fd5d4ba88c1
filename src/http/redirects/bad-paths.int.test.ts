import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { errorsOf, expectUnharmed, leak, startEdge, type Edge } from '../bad-input.conformance.ts';
import { storeLink, follow } from '../../testing/stored-links.ts';

let edge: Edge;
let code: string;
beforeAll(async () => {
  edge = await startEdge(inject);
  ({ code } = await storeLink(edge.database, { url: 'https://example.com/stored' }));
  for (let times = 0; times < 2; times += 1) {
    await follow(edge.gateway, code);
    await edge.gateway.app.idle();
  }
});
afterAll(() => edge.close());

/** The target as it stands, which `fetch` would tidy up first. */
const ask = (target: string, ...headers: readonly string[]) =>
  edge.raw(`GET ${target} HTTP/1.1\r\n${['Host: a', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`);
const statusIn = (received: string) => Number(received.split(' ')[1]);
const locationsIn = (received: string) => [...received.matchAll(/^location: (.*)$/gim)].map(([, url]) => url);

describe('is not followed, and not decoded into something else:', () => {
  it.each([
    ['two slashes and a host', () => '//evil.example', 404],
    ['two slashes and a code', () => `//${code}`, 404],
    ['a slash behind the code', () => `/${code}/`, 404],
    ['a path behind the code', () => `/${code}/..%2f..`, 404],
    ['a slash in disguise', () => `/%2f${code}`, 404],
    ['a backslash', () => `/\\evil.example`, 404],
    ['a backslash in disguise', () => `/%5cevil.example`, 404],
    ['a NUL in disguise', () => `/${code}%00`, 404],
    ['a line break in disguise', () => `/${code}%0d%0aSet-Cookie:%20a=b`, 404],
    ['half an escape', () => `/${code}%`, 400],
    ['an escape that is none', () => '/%zz', 400],
    ['bytes that are not UTF-8', () => '/%ff%fe', 400],
    ['200 characters', () => `/${'a'.repeat(200)}`, 404],
    ['more than 200 characters', () => `/${'a'.repeat(201)}`, 414],
    ['a prototype', () => '/__proto__', 404],
    ['a member of one', () => '/constructor', 404],
    ['the way up', () => '/..', 404],
    ['SQL', () => "/'%20OR%201=1--", 404],
  ])('%s', async (_, target, status) => {
    const received = await ask(target());
    expect(received).not.toMatch(leak);
    expect({ status: statusIn(received), locations: locationsIn(received) }).toEqual({
      status,
      locations: [],
    });
    expect(errorsOf(received.split('\r\n\r\n')[1] ?? '{}')).toHaveLength(1);
  });
});

describe('is followed to what is stored, whatever else it says:', () => {
  it.each([
    ['a query with an address', () => `/${code}?//evil.example/`, []],
    ['a fragment in the query', () => `/${code}?#@evil.example`, []],
    ['a target with a host of its own', () => `http://evil.example/${code}`, []],
    ['another host', () => `/${code}`, ['X-Forwarded-Host: evil.example']],
    ['another path', () => `/${code}`, ['X-Original-URL: //evil.example']],
    ['an escaped letter', () => `/%${code.charCodeAt(0).toString(16)}${code.slice(1)}`, []],
    ['another origin', () => `/${code}`, ['Origin: https://evil.example']],
    ['a body', () => `/${code}`, ['Content-Length: 0']],
    ['a range', () => `/${code}`, ['Range: bytes=0-0', 'If-None-Match: *']],
  ])('%s', async (_, target, headers) => {
    const received = await ask(target(), ...headers);
    expect({ status: statusIn(received), locations: locationsIn(received) }).toEqual({
      status: 302,
      locations: ['https://example.com/stored'],
    });
  });

  it('requests in a row on one connection, from memory and not, in their order', async () => {
    const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
    const received = await edge.raw(
      get(`/${code}`) + get('/no-such-link') + get(`/${code}`) + get('/healthz', 'Connection: close\r\n'),
    );
    expect([...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      '302',
      '404',
      '302',
      '200',
    ]);
  });

  it('one without a host is refused, and one of HTTP/1.0 need not have any', async () => {
    const without = await edge.raw(`GET /${code} HTTP/1.1\r\nConnection: close\r\n\r\n`);
    expect(statusIn(without)).toBe(400);
    expect(statusIn(await edge.raw(`GET /${code} HTTP/1.0\r\n\r\n`))).toBe(302);
  });
});

it('leaves the gateway unharmed', async () => {
  await expectUnharmed(edge);
});
