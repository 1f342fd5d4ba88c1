import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../config/config.ts';
import { hashOf } from './hash.ts';
import { readManifests } from './manifests.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tributary-manifests-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: unknown): string {
  const file = path.join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function faultsOf(...files: readonly string[]): readonly string[] {
  try {
    readManifests(files);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n').map((line) => line.replaceAll(folder + path.sep, ''));
  }
  return [];
}

const text = 'query Who { viewer { id } }';
const hash = hashOf(text);
const document = { hash, text };
const apollos = (...operations: readonly object[]) => ({
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations,
});

describe('a manifest', () => {
  it.each([
    ['of hashes', { [hash]: text }, hash],
    ['of hashes with their prefix', { [`sha256:${hash}`]: text }, `sha256:${hash}`],
    ['of other ids, as Relay’s may be', { 'web/Who@3': text }, 'web/Who@3'],
    ['of Apollo’s', apollos({ id: hash, name: 'Who', type: 'query', body: text }), hash],
  ])('%s is read: a document is found by its id, its hash and its text', (name, content, id) => {
    const list = readManifests([write(`${name}.json`, content)]);
    for (const each of [id, hash, `sha256:${hash}`]) expect(list.byId(each)).toEqual(document);
    expect(list.byText(text)).toEqual(document);
    expect(list.byText(`${text} `)).toBeUndefined();
    expect(list.byId('toString')).toBeUndefined();
  });

  it('may say what another one says', () => {
    const files = [write('web.json', { [hash]: text }), write('mobile.json', { [hash]: text, who: text })];
    expect(readManifests(files).entries.map(({ id }) => id)).toEqual([hash, 'who']);
  });

  it('may be empty, and there may be none', () => {
    expect(readManifests([write('empty.json', {})]).entries).toEqual([]);
    expect(readManifests([]).entries).toEqual([]);
  });
});

describe('a faulty manifest is told in one line per fault:', () => {
  it.each<readonly [string, unknown, readonly string[]]>([
    ['no JSON', '{', ['is not JSON']],
    ['a list', [], ['is no manifest: Invalid input: expected record, received array']],
    ['nothing', 'null', ['is no manifest: Invalid input: expected record, received null']],
    ['a number for a text', { a: 1 }, ['is no manifest: a: Invalid input: expected string, received number']],
    ['an empty text', { a: '' }, ['gives "a" a text of 0 characters; it may have 1 to 100000']],
    [
      'a text that is too long',
      { a: 'x'.repeat(100_001) },
      ['gives "a" a text of 100001 characters; it may have 1 to 100000'],
    ],
    ['a wrong hash', { ['0'.repeat(64)]: text }, [`gives "${'0'.repeat(64)}" a text of another SHA-256`]],
    ['half a hash', { 'sha256:00': text }, ['gives "sha256:00" a text of another SHA-256']],
    [
      'a wrong hash of Apollo’s',
      apollos({ id: '1'.repeat(64), body: text }),
      [`gives "${'1'.repeat(64)}" a text of another SHA-256`],
    ],
    [
      'another format with operations',
      { format: 'of mine', version: 2, operations: [] },
      [
        'is no manifest: format: Invalid input: expected "apollo-persisted-query-manifest"',
        'is no manifest: version: must be 1',
      ],
    ],
    [
      'an operation without a body',
      apollos({ id: 'a' }),
      ['is no manifest: operations.0.body: Invalid input: expected string, received undefined'],
    ],
    [
      'one id twice',
      apollos({ id: 'a', body: text }, { id: 'a', body: `${text} ` }),
      ['gives "a" another text than it.json'],
    ],
  ])('%s', (_, content, faults) => {
    expect(faultsOf(write('it.json', content))).toEqual(
      faults.map((fault) => `TRUSTED_DOCUMENTS_FILES: it.json ${fault}`),
    );
  });

  it('a file that is not there, and one that contradicts another', () => {
    const one = write('one.json', { a: text });
    const other = write('other.json', { a: `${text} ` });
    expect(faultsOf(path.join(folder, 'none.json'), one, other)).toEqual([
      'TRUSTED_DOCUMENTS_FILES: none.json cannot be read: ENOENT',
      'TRUSTED_DOCUMENTS_FILES: other.json gives "a" another text than one.json',
    ]);
  });

  it('of very many, the first twenty', () => {
    const empty = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`id${index}`, '']));
    const faults = faultsOf(write('many.json', empty));
    expect(faults).toHaveLength(21);
    expect(faults.at(-1)).toBe('TRUSTED_DOCUMENTS_FILES: many.json has 30 more faults');
  });
});
