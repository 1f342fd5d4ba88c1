import { badInput, badRequest, bare, hashOf, invalid, persisted, type Attack } from './attack.ts';

const signIn = 'mutation ($i: SignInInput!) { signIn(input: $i) { token } }';
const link = 'mutation ($i: CreateShortLinkInput!) { createShortLink(input: $i) { shortLink { url } } }';
const avatar = 'mutation ($i: UpdateProfileInput!) { updateProfile(input: $i) { user { avatarUrl } } }';

/** What reaches into prototypes, into the cache of documents, or into whatever a text comes to in the end. */
export const poisoned: readonly Attack[] = [
  badRequest('__proto__ in the body', `{"query":"${bare}","__proto__":{"isAdmin":true}}`),
  badRequest('__proto__ in variables', `{"query":"${bare}","variables":{"__proto__":{"isAdmin":true}}}`),
  badRequest('__proto__ in extensions', `{"query":"${bare}","extensions":{"a":{"__proto__":{"a":1}}}}`),
  badRequest('constructor.prototype', `{"query":"${bare}","constructor":{"prototype":{"a":1}}}`),
  badRequest(
    'constructor.prototype in variables',
    `{"query":"${bare}","variables":{"i":{"constructor":{"prototype":{"a":1}}}}}`,
  ),
  badRequest('__proto__ in escapes', `{"query":"${bare}","\\u005f_proto__":{"a":1}}`),
  badRequest('a document under the hash of another', {
    query: bare,
    extensions: persisted(hashOf('{ viewer }')),
  }),
  badRequest('a document with two ids', {
    documentId: hashOf('one'),
    extensions: persisted(hashOf('other')),
  }),
  badRequest('a hash that is none', { extensions: persisted(`../../${'a'.repeat(200)}`) }),
  badRequest('a hash that is an object', { extensions: { persistedQuery: { version: 1, sha256Hash: {} } } }),
  badRequest('a hash of another version', {
    extensions: { persistedQuery: { version: 2, sha256Hash: hashOf(bare) } },
  }),
  {
    what: 'a hash that nobody has sent',
    body: { extensions: persisted(hashOf('nobody')) },
    ...{ status: 200, code: 'PERSISTED_QUERY_NOT_FOUND' },
  },
  {
    what: 'an id that nobody has registered',
    body: { documentId: '__proto__' },
    ...{ status: 403, code: 'DOCUMENT_NOT_TRUSTED' },
  },
  badInput('a NUL in a variable', signIn, { i: { username: 'a\0', password: 'b' } }),
  badInput('half a surrogate pair in a variable', signIn, { i: { username: '\ud800', password: 'b' } }),
  invalid('a NUL in a text', '{ userByUsername(username: "a\\u0000") { id } }'),
  badInput('an object for a text', signIn, { i: { username: { $ne: null }, password: 'b' } }),
  badInput('a list for a text', signIn, { i: { username: ['a', 'b'], password: 'b' } }),
  badInput('a link that is a script', link, { i: { url: 'javascript:alert(1)' } }),
  badInput('a link that is a page', link, { i: { url: 'data:text/html,<script>alert(1)</script>' } }),
  badInput('a link that is a file', link, { i: { url: 'file:///etc/passwd' } }),
  badInput('a link without a scheme', link, { i: { url: '//evil.example' } }),
  badInput('a link with a password', link, {
    i: { url: 'https://shop.example@evil.example:pw@evil.example/' },
  }),
  badInput('a picture that is a script', avatar, { i: { avatarUrl: 'javascript:alert(1)' } }),
];
