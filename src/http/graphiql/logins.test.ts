import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { createLogins } from './client/logins.js';

let answer: (request: number) => unknown;
let requests: number;

beforeEach(() => {
  requests = 0;
  answer = (request) => ({ data: { signIn: { token: `token-${request}`, userErrors: [] } } });
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json(answer(++requests))));
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const json = (headers: Record<string, string>) => JSON.stringify(headers, null, 2);

test('a login replaces the token and keeps every other header', async () => {
  const logins = createLogins('/graphql');
  await logins.signIn('bob');
  expect(logins.withLogin('{"authorization": "Bearer mine", "x-trace": "1"}', 'bob')).toBe(
    json({ Authorization: 'Bearer token-1', 'x-trace': '1' }),
  );
  expect(logins.withLogin('{"authorization": "Bearer mine", "x-trace": "1"}', 'anonymous')).toBe(
    json({ 'x-trace': '1' }),
  );
  expect(logins.withLogin('{"authorization": "Bearer mine"}', 'anonymous')).toBe('');
});

test.each(['{', '[]', '"text"'])('headers that are not an object are refused: %s', (text) => {
  expect(() => createLogins('/graphql').withLogin(text, 'anonymous')).toThrow();
});

test('two sign-ins at once are one request, later ones none, unless asked for again', async () => {
  const logins = createLogins('/graphql');
  await Promise.all([logins.signIn('alice'), logins.signIn('alice')]);
  await logins.signIn('alice');
  expect(requests).toBe(1);
  await logins.signIn('alice', { again: true });
  expect(requests).toBe(2);
});

test('a token is stored as its login and comes back as the newest token of that login', async () => {
  const earlier = createLogins('/graphql');
  await earlier.signIn('alice');
  const stored = earlier.stored(earlier.withLogin('{"x-trace": "1"}', 'alice'));
  expect(stored).toBe(json({ Authorization: 'Bearer login:alice', 'x-trace': '1' }));

  const later = createLogins('/graphql');
  expect(later.loginOf(stored)).toBe('alice');
  expect(later.fresh(stored)).toBe(stored);
  await later.signIn('alice');
  expect(later.fresh(stored)).toBe(json({ Authorization: 'Bearer token-2', 'x-trace': '1' }));
});

test('a token replaced by signing in again is renewed in the other tabs', async () => {
  const logins = createLogins('/graphql');
  await logins.signIn('alice');
  const headers = logins.withLogin('', 'alice');
  await logins.signIn('alice', { again: true });
  expect(logins.fresh(headers)).toBe(json({ Authorization: 'Bearer token-2' }));
});

test("a visitor's own token is sent as it is and never stored", () => {
  const logins = createLogins('/graphql');
  const headers = json({ Authorization: 'Bearer mine', 'x-trace': '1' });
  expect(logins.loginOf(headers)).toBeUndefined();
  expect(logins.fresh(headers)).toBe(headers);
  expect(logins.stored(headers)).toBe(json({ 'x-trace': '1' }));
});

test.each([
  [{ data: { signIn: { userErrors: [{ message: 'Wrong password.' }] } } }, 'Wrong password.'],
  [{ errors: [{ message: 'Shutting down.' }] }, 'Shutting down.'],
  [{}, 'HTTP 200'],
])('a failed sign-in is told in one line: %j', async (body, reason) => {
  answer = () => body;
  expect(await createLogins('/graphql').signIn('bob')).toBe(`Sign-in as bob failed: ${reason}`);
});
