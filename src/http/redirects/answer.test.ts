import { describe, expect, it } from 'vitest';
import { isOpen, negativeCacheControl, redirectHeaders } from './answer.ts';

const now = Date.UTC(2026, 0, 1);
const target = (change: { readonly url?: string; readonly expiresAt?: Date } = {}) => ({
  code: 'abc',
  url: 'https://example.com/',
  expiresAt: null,
  ...change,
});
const endsIn = (ms: number) => target({ expiresAt: new Date(now + ms) });

function headersOf(which: ReturnType<typeof target>, cdnSeconds = 10): Readonly<Record<string, string>> {
  const flat = redirectHeaders(which, now, cdnSeconds) ?? [];
  return Object.fromEntries(
    Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index], flat[2 * index + 1]]),
  ) as Record<string, string>;
}

it('leads where the address says, with no body, under a name to be purged by', () => {
  expect(headersOf(target())).toEqual({
    location: 'https://example.com/',
    'cache-control': 'public, max-age=0, s-maxage=10',
    'cache-tag': 'link-abc',
    'content-length': '0',
  });
});

describe('a CDN may keep it', () => {
  it.each([
    ['as long as is configured', target(), 10, 'public, max-age=0, s-maxage=10'],
    ['not beyond its end', endsIn(4_900), 10, 'public, max-age=0, s-maxage=4'],
    ['not in its last second', endsIn(900), 10, 'no-cache'],
    ['not where it is to ask each time', target(), 0, 'no-cache'],
  ])('%s', (_, which, seconds, cacheControl) => {
    expect(headersOf(which, seconds)['cache-control']).toBe(cacheControl);
  });

  it.each([
    [10, 'public, max-age=0, s-maxage=5'],
    [3, 'public, max-age=0, s-maxage=3'],
    [0, 'no-cache'],
  ])('what is missing for five seconds at most: with %d s configured, %s', (seconds, cacheControl) => {
    expect(negativeCacheControl(seconds)).toBe(cacheControl);
  });
});

it('is open until the very instant of its end', () => {
  expect([isOpen(target(), now), isOpen(endsIn(1), now), isOpen(endsIn(0), now)]).toEqual([
    true,
    true,
    false,
  ]);
});

it.each([
  ['a line break', 'https://example.com/\r\nset-cookie: stolen=1'],
  ['a blank', 'https://example.com/a b'],
  ['letters beyond ASCII', 'https://example.com/ü'],
  ['a NUL', 'https://example.com/\0'],
  ['another scheme', 'javascript:alert(1)'],
  ['no scheme', '//example.com/'],
  ['nothing behind the scheme', 'https://'],
])('%s is no address to send to', (_, url) => {
  expect(redirectHeaders(target({ url }), now, 10)).toBeUndefined();
});
