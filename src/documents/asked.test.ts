import { HeaderMap } from '@apollo/server';
import { describe, expect, it } from 'vitest';
import { readAsked, type SentRequest } from './asked.ts';

const hash = 'a'.repeat(64);
const text = '{ __typename }';
const persistedQuery = { version: 1, sha256Hash: hash };

const posted = (body: Readonly<Record<string, unknown>>): SentRequest => ({
  ...(typeof body['query'] === 'string' ? { query: body['query'] } : {}),
  ...('extensions' in body ? { extensions: body['extensions'] as Record<string, unknown> } : {}),
  http: { method: 'POST', headers: new HeaderMap(), search: '', body },
});
const gotten = (search: string, request: SentRequest = {}): SentRequest => ({
  ...request,
  http: { method: 'GET', headers: new HeaderMap(), search, body: undefined },
});
const sent = (fields: Readonly<Record<string, unknown>>): SentRequest => ({ sent: fields });

describe('a document is named', () => {
  it.each<readonly [string, SentRequest]>([
    ['by documentId', posted({ documentId: `sha256:${hash}` })],
    ['by documentId without the prefix', posted({ documentId: hash })],
    ['by id', posted({ id: hash })],
    ['by doc_id', posted({ doc_id: hash, variables: {} })],
    ['by Apollo’s extension', posted({ extensions: { persistedQuery } })],
    ['twice alike', posted({ documentId: `sha256:${hash}`, extensions: { persistedQuery } })],
    ['beside an empty text', posted({ query: '', documentId: hash })],
    ['beside nulls', posted({ query: null, documentId: null, doc_id: null, id: hash })],
    ['by GET', gotten(`?documentId=sha256%3A${hash}`)],
    ['by GET, as Relay does', gotten(`?doc_id=${hash}&variables={}`)],
    ['over a socket', sent({ query: '', documentId: `sha256:${hash}` })],
  ])('%s', (_, request) => {
    expect(readAsked(request)).toEqual({ id: hash });
  });

  it('with its text, to be compared or registered', () => {
    expect(readAsked(posted({ query: text, extensions: { persistedQuery } }))).toEqual({ id: hash, text });
    expect(readAsked(posted({ query: text, documentId: 'mine' }))).toEqual({ id: 'mine', text });
  });

  it('not by an id that stands beside a text: some clients number their operations so', () => {
    expect(readAsked(posted({ query: text, id: '1', doc_id: 2 }))).toEqual({ text });
  });

  it('not by ids of prototypes, and not at all', () => {
    expect(readAsked(posted({ query: text }))).toEqual({ text });
    expect(readAsked(gotten(''))).toEqual({});
    expect(readAsked({})).toEqual({});
  });
});

describe('a request cannot be understood', () => {
  it.each<readonly [string, SentRequest]>([
    ['with a number', posted({ documentId: 7 })],
    ['with an object', sent({ query: '', id: {} })],
    ['with one parameter twice', gotten('?documentId=a&documentId=b')],
    ['with two ids', posted({ documentId: 'a', doc_id: 'b' })],
    ['with an id and another hash', posted({ documentId: 'a', extensions: { persistedQuery } })],
    ['with a text for the extension', posted({ extensions: { persistedQuery: text } })],
    ['with another version', posted({ extensions: { persistedQuery: { ...persistedQuery, version: 2 } } })],
    ['without a hash', posted({ extensions: { persistedQuery: { version: 1 } } })],
    [
      'with a hash of a megabyte',
      posted({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(1e6) } } }),
    ],
  ])('%s', (_, request) => {
    expect(readAsked(request)).toEqual({ fault: expect.any(String) as string });
  });
});
