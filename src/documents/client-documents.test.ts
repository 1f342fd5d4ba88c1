import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Kind, parse, print, type DocumentNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../config/project-root.ts';
import * as generated from '../../schema/generated/clients/documents.ts';

const folder = path.join(projectRoot(import.meta.url), 'schema');
const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');
const manifest = JSON.parse(read('generated/clients/persisted-documents.json')) as Record<string, string>;

interface ClientDocument extends DocumentNode {
  readonly __meta__?: { readonly documentId: string };
}
const documents = Object.entries<ClientDocument>(generated as never).flatMap(([name, document]) =>
  document.__meta__ === undefined ? [] : [{ name, document, id: document.__meta__.documentId }],
);

const written = readdirSync(path.join(folder, 'clients'), { encoding: 'utf8', recursive: true })
  .filter((file) => file.endsWith('.graphql'))
  .flatMap((file) => parse(read(path.join('clients', file))).definitions)
  .flatMap((definition) => (definition.kind === Kind.OPERATION_DEFINITION ? [definition.name?.value] : []));

describe('generated documents of clients', () => {
  it('are all operations that clients have', () => {
    const names = documents.map(({ document: { definitions } }) => {
      const [first] = definitions;
      return first?.kind === Kind.OPERATION_DEFINITION ? first.name?.value : undefined;
    });
    expect(names.sort()).toEqual(written.sort());
    expect(Object.keys(manifest)).toHaveLength(written.length);
  });

  it.each(documents)('$name is in the manifest, by the hash of the text that a client sends', (one) => {
    const text = print(one.document);
    expect(manifest[one.id]).toBe(text);
    expect(one.id).toBe(`sha256:${createHash('sha256').update(text).digest('hex')}`);
  });

  it('bear the types of their variables and answers', () => {
    type Variables = NonNullable<Parameters<NonNullable<typeof generated.SomebodyDocument.__apiType>>[0]>;
    type Answer = ReturnType<NonNullable<typeof generated.SomebodyDocument.__apiType>>;
    const variables: Variables = { id: 'somebody' };
    // @ts-expect-error The contract says that an id is a text.
    const wrong: Variables = { id: 1 };
    const nobody: Answer = { user: null };
    expect([variables, wrong, nobody]).toHaveLength(3);
  });
});
