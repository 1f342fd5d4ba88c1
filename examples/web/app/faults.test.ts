import { CombinedError } from '@urql/core';
import { describe, expect, it } from 'vitest';
import { asksForPassword, faultOf, faultOfStream, waitBefore } from './faults.ts';

const coded = (code: string, more: object = {}) => ({ message: code, extensions: { code, ...more } });
const fault = (code: string, more?: object) =>
  faultOf(new CombinedError({ graphQLErrors: [coded(code, more)] }));

describe('a fault', () => {
  it('is told by its code, with what to quote', () => {
    expect(fault('TIMEOUT', { requestId: 'r-1' })).toMatchObject({ code: 'TIMEOUT', requestId: 'r-1' });
  });

  it.each([
    ['no answer at all', new CombinedError({ networkError: new Error('Failed to fetch') })],
    ['an answer of nothing', new CombinedError({})],
  ])('of %s is one of the way there', (_, error) => {
    expect(faultOf(error).code).toBe('NO_ANSWER');
  });

  it.each([
    ['errors', [coded('TOO_SLOW')], 'TOO_SLOW'],
    ['a socket that was closed', { code: 1001, reason: 'Going away' }, 'NO_ANSWER'],
    ['a socket that was closed with the session', { code: 4401 }, 'UNAUTHENTICATED'],
    ['anything else', undefined, 'NO_ANSWER'],
  ])('of a stream is told by %s', (_, error, code) => {
    expect(faultOfStream(error).code).toBe(code);
  });

  it.each(['UNAUTHENTICATED', 'STEP_UP_REQUIRED'])('%s asks for the password', (code) => {
    expect(asksForPassword(fault(code))).toBe(true);
    expect(asksForPassword(fault('FORBIDDEN'))).toBe(false);
  });
});

describe('asked again', () => {
  it.each(['RATE_LIMITED', 'SHUTTING_DOWN'])('is whatever was refused with %s', (code) => {
    expect(waitBefore(fault(code), 1, 'if-refused')).toBeGreaterThan(0);
  });

  it.each(['UPSTREAM_UNAVAILABLE', 'TIMEOUT', 'TOO_SLOW'])(
    'is after %s only what can be done twice',
    (code) => {
      expect(waitBefore(fault(code), 1, 'always')).toBeGreaterThan(0);
      expect(waitBefore(fault(code), 1, 'if-refused')).toBeUndefined();
    },
  );

  it.each(['UNAUTHENTICATED', 'FORBIDDEN', 'BAD_USER_INPUT', 'INTERNAL_SERVER_ERROR'])(
    'is nothing after %s, for it would be answered the same',
    (code) => {
      expect(waitBefore(fault(code), 1, 'always')).toBeUndefined();
    },
  );

  it('is it when the gateway says, and otherwise ever later, and apart from others', () => {
    const away = fault('UPSTREAM_UNAVAILABLE');
    expect(waitBefore(fault('RATE_LIMITED', { retryAfterSeconds: 42 }), 1, 'always')).toBe(42_000);
    expect([1, 2, 3, 9].map((attempt) => waitBefore(away, attempt, 'always', () => 1))).toEqual([
      500, 1_000, 2_000, 10_000,
    ]);
    expect(waitBefore(away, 1, 'always', () => 0)).toBe(250);
  });
});
