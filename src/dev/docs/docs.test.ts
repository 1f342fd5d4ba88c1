import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startVariables } from './configuration.ts';
import { generateDocuments, root } from './documents.ts';
import { brokenLinks } from './links.ts';
import { proofs } from '../../testing/prove/proofs.ts';
import { policies } from './policies.ts';

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const filesIn = (folder: string) =>
  readdirSync(path.join(root, folder), { encoding: 'utf8', recursive: true }).map((file) =>
    path.posix.join(folder, ...file.split(path.sep)),
  );
const sourcesIn = (folder: string) =>
  filesIn(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));

describe('generated documents', async () => {
  it.each(await generateDocuments())('$path is what the code says', ({ path: file, text }) => {
    const committed = existsSync(path.join(root, file)) ? read(file) : '';
    expect(text).toContain('npm run docs');
    expect(committed, `${file} is out of date: run \`npm run docs\` and commit it`).toBe(text);
  });

  it('name every cache policy that a datasource declares', () => {
    const declared = sourcesIn('datasources').flatMap((file) => {
      const text = read(file);
      const count = text.match(/: CachePolicy</g)?.length ?? 0;
      const names = [...text.matchAll(/: CachePolicy<[^=]*= \{\s*name: '([^']+)'/g)].map(([, name]) => name);
      expect(names, `${file}: begin each policy with its name, for this test to find it`).toHaveLength(count);
      return names.map((name) => `${name} in ${file}`);
    });
    const documented = policies.map(({ policy, declaredIn }) => `${policy.name} in ${declaredIn}`);
    expect(documented.sort(), 'list the missing ones in src/dev/docs/policies.ts').toEqual(declared.sort());
  });

  it('name every variable that only development reads', () => {
    const named = sourcesIn('src/dev').flatMap((file) =>
      [...read(file).matchAll(/\b(?:environment|process\.env)\['([A-Z_]+)'\]/g)].map(([, name]) => name),
    );
    const ofTheSystem = new Set(['PATH', 'USER', 'TERM', 'NO_COLOR']);
    expect(startVariables.map(({ name }) => name).sort()).toEqual(
      [...new Set(named)].filter((name) => !ofTheSystem.has(name ?? '')).sort(),
    );
  });
});

describe('the failure table', () => {
  const links = [...read('docs/cache.md').matchAll(/\[([^\]]+)\]\(\.\.\/([^)]+\.test\.ts)\)/g)];

  it.each(links.map(([, title = '', file = '']) => ({ title, file })))('names a test: $title', (named) => {
    const titles = [...read(named.file).matchAll(/\bit\(\s*'([^']+)'/g)].map(([, title]) => title);
    expect(titles).toContain(named.title);
  });

  it('has a test in every line', () => {
    const [, section = ''] = /## When something fails\n([^]*?)\n## /.exec(read('docs/cache.md')) ?? [];
    const rows = section
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .slice(2);
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter((row) => !row.includes('.test.ts)'))).toEqual([]);
  });
});

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...filesIn('docs').filter((file) => file.endsWith('.md')),
];

describe('commands', () => {
  const names = new Set(proofs.map(({ name }) => name));

  it.each(pages)('of %s name proofs that there are', (file) => {
    const named = [...read(file).matchAll(/`npm run prove -- ([a-z-]+)`/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !names.has(name))).toEqual([]);
  });
});

describe('links', () => {
  it.each(pages)('of %s lead somewhere', (file) => {
    expect(brokenLinks(root, file, read(file))).toEqual([]);
  });

  it.each([
    ['a missing file', '[a](missing.md)', ['missing.md']],
    ['a missing heading', '[a](errors.md#nowhere)', ['errors.md#nowhere']],
    ['a missing heading of its own', '## Here\n\n[a](#there)', ['#there']],
    ['a missing picture', '<img src="pictures/none.svg">', ['pictures/none.svg']],
    ['a missing reference', '[a][1]\n\n[1]: ../none.ts', ['../none.ts']],
  ])('to %s are found', (_, text, broken) => {
    expect(brokenLinks(root, 'docs/sample.md', text)).toEqual(broken);
  });

  it.each([
    ['a heading', '[a](configuration.md#with-npm-start)'],
    ['the second heading of a name', '## Twice\n\n## Twice\n\n[a](#twice-1)'],
    ['a folder', '[a](../src)'],
    ['another site', '[a](https://example.com/none.md)'],
    ['nothing, being code', '`[a](none.md)`\n\n```\n[a](none.md)\n```'],
  ])('to %s pass', (_, text) => {
    expect(brokenLinks(root, 'docs/sample.md', text)).toEqual([]);
  });
});
