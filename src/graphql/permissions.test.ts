import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { printSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { permissions } from '../../resolvers/index.ts';
import { everybody } from '../auth/rules.ts';
import { projectRoot } from '../config/project-root.ts';
import { authorisationDocument } from '../testing/authorisation/document.ts';
import { mutatePermissions } from '../testing/authorisation/mutate-permissions.ts';
import { authorise, forEachField } from './authorise.ts';
import { createOpenSchema } from './schema.ts';

const root = projectRoot(import.meta.url);
const entries = Object.entries(permissions)
  .flatMap(([type, fields]) => Object.keys(fields).map((field) => `${type}.${field}`))
  .sort();

describe('the permissions', () => {
  it('do what the reviewed document says', async () => {
    const written = readFileSync(path.join(root, 'docs/authorisation.md'), 'utf8');
    const probed = await authorisationDocument();
    const hint = 'rights changed; review the difference, then npm run docs';
    expect(differences(written, probed), hint).toEqual([]);
    expect(written, hint).toBe(probed);
  });

  it('each matter: losing or loosening any of them shows', { timeout: 60_000 }, async () => {
    expect(await mutatePermissions()).toEqual({ entries: entries.length, survivors: [] });
  });

  it('name every field of the schema and no other', () => {
    const fields: string[] = [];
    forEachField(createOpenSchema(), (type, name) => fields.push(`${type}.${name}`));
    expect(entries).toEqual(fields.sort());
  });

  it('have a line each', () => {
    const resolvers = path.join(root, 'resolvers');
    const files = readdirSync(resolvers, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file === 'index.ts' || file.endsWith('permissions.ts'),
    );
    const lines = files.flatMap((file) => entryLines(readFileSync(path.join(resolvers, file), 'utf8')));
    expect(lines.sort()).toEqual(entries);
  });
});

describe('the guard over the whole schema', () => {
  const open = createOpenSchema();
  const guarded = authorise(open, permissions);

  it('wraps no field that is for everybody', () => {
    const originals = new Map<string, unknown>();
    forEachField(open, (type, name, { resolve }) => originals.set(`${type}.${name}`, resolve));
    const wrapped: string[] = [];
    forEachField(guarded, (type, name, { resolve }) => {
      const isOpen = permissions[type]?.[name] === everybody;
      if (isOpen && resolve !== originals.get(`${type}.${name}`)) wrapped.push(`${type}.${name}`);
    });
    expect(wrapped).toEqual([]);
  });

  it('changes nothing of the contract', () => {
    expect(printSchema(guarded)).toBe(printSchema(open));
  });
});

/** `  Type: {` and below it `    field: rule,`. */
function entryLines(text: string): readonly string[] {
  let type = '';
  return text.split('\n').flatMap((line) => {
    type = /^ {2}(\w+): \{$/.exec(line)?.[1] ?? type;
    const field = /^ {4}(\w+): [^{]+,$/.exec(line)?.[1];
    return field === undefined ? [] : [`${type}.${field}`];
  });
}

/** Lines that only one of them has, under their headings; how wide the columns are does not matter. */
function differences(written: string, probed: string): readonly string[] {
  const [before, after] = [underHeadings(written), underHeadings(probed)];
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `written ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `probed  ${line}`),
  ];
}

function underHeadings(document: string): readonly string[] {
  let heading = '';
  return document.split('\n').map((line) => {
    heading = /^## (.*)/.exec(line)?.[1] ?? heading;
    return `${heading} ${line.replace(/-{2,}/g, '-').replace(/ +/g, ' ')}`.trim();
  });
}
