import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  buildSchema,
  introspectionFromSchema,
  isIntrospectionType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  print,
  type ConstDirectiveNode,
  type GraphQLSchema,
} from 'graphql';
import { expect, it } from 'vitest';
import { projectRoot } from '../config/project-root.ts';
import { createSchema } from './schema.ts';

const served = createSchema();
const text = readFileSync(path.join(projectRoot(import.meta.url), 'schema/generated/schema.graphql'), 'utf8');
const printed = buildSchema(text);

/** Descriptions, defaults and deprecations included. */
const introspect = (schema: GraphQLSchema) => introspectionFromSchema(lexicographicSortSchema(schema));

/** What introspection leaves out: directives as they are applied, by type and member. */
function appliedIn(schema: GraphQLSchema): readonly string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .flatMap((type) => [type.astNode, ...type.extensionASTNodes])
    .flatMap((node) => (node == null ? [] : notesOf(node, [])))
    .sort();
}

interface Annotated {
  readonly name?: { readonly value: string };
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
  readonly fields?: readonly Annotated[] | undefined;
  readonly arguments?: readonly Annotated[] | undefined;
  readonly values?: readonly Annotated[] | undefined;
}

function notesOf(node: Annotated, parents: readonly string[]): readonly string[] {
  const place = [...parents, node.name?.value ?? ''];
  const parts = [...(node.fields ?? []), ...(node.arguments ?? []), ...(node.values ?? [])];
  return [
    ...(node.directives ?? []).map((directive) => `${place.join('.')} ${print(directive)}`),
    ...parts.flatMap((part) => notesOf(part, place)),
  ];
}

it('the printed contract is the one that is served, descriptions, defaults and deprecations included', () => {
  expect(introspect(printed)).toEqual(introspect(served));
});

it('the printed contract carries every directive that the served one does', () => {
  expect(appliedIn(printed)).toEqual(appliedIn(served));
});

it('another description, default or directive would be seen: the control', () => {
  for (const [from, to] of [
    ['"""A bank account.', '"""A bank\'s account.'],
    ['first: Int = 20', 'first: Int = 21'],
  ] as const) {
    expect(text).toContain(from);
    expect(introspect(buildSchema(text.replace(from, to)))).not.toEqual(introspect(served));
  }
  const marked = `directive @note on FIELD_DEFINITION\n${text.replace('  lastSeenAt: DateTime\n', '  lastSeenAt: DateTime @note\n')}`;
  expect(appliedIn(buildSchema(marked))).toEqual(['Presence.lastSeenAt @note', ...appliedIn(served)].sort());
});
