import {
  buildASTSchema,
  findBreakingChanges,
  findDangerousChanges,
  GraphQLSchema,
  type DocumentNode,
} from 'graphql';
import { byGravity, type Change, type ChangeClass } from './change.ts';
import { compareDefaults } from './defaults.ts';
import { compareDeprecations } from './deprecations.ts';
import { compareDirectives, isForClients } from './directives.ts';
import { goneAsAnnounced, without } from './due.ts';
import { membersOf } from './members.ts';
import { compareShapes } from './shapes.ts';
import { tellAdditions, tellRelaxed, tellRemoved } from './told.ts';

/**
 * Every change from a released schema to the present one, the gravest first. `today` (ISO 8601) decides which deprecated
 * members may go. Descriptions do not count.
 *
 * graphql-js finds most of it; what it does not see or judges too mildly is checked here. It is overruled in two places:
 * what goes on the day that was announced is safe, and so is a directive that no operation can carry.
 */
export function compareSchemas(
  released: DocumentNode,
  present: DocumentNode,
  today: string,
): readonly Change[] {
  const [before, after] = [build(released), build(present)];
  const [was, is] = [membersOf(before), membersOf(after)];
  const gone = goneAsAnnounced(was, is, today);
  const grave = [
    ...findWithLibrary(without(released, gone, after), after),
    ...compareDefaults(was, is),
    ...compareDeprecations(was, is, today),
    ...compareDirectives(before, after, was, is),
    ...compareShapes(before, after),
  ];
  const texts = new Set(grave.map(({ text }) => text));
  const told = [...tellRemoved(gone), ...tellAdditions(was, is), ...tellRelaxed(was, is)];
  return [...grave, ...told.filter(({ text }) => !texts.has(text))].toSorted(byGravity);
}

const build = (document: DocumentNode) => buildASTSchema(document, { assumeValid: true });

/** But for defaults, of which it sees only those of arguments, and not whether they may be left out still. */
function findWithLibrary(before: GraphQLSchema, after: GraphQLSchema): readonly Change[] {
  const [released, present] = [forClients(before), forClients(after)];
  const found = (
    changes: readonly { readonly type: string; readonly description: string }[],
    gravity: ChangeClass,
  ) =>
    changes
      .filter(({ type }) => type !== 'ARG_DEFAULT_VALUE_CHANGE')
      .map(({ type, description }): Change => ({ class: gravity, kind: type, text: description }));
  return [
    ...found(findBreakingChanges(released, present), 'breaking'),
    ...found(findDangerousChanges(released, present), 'dangerous'),
  ];
}

function forClients(schema: GraphQLSchema): GraphQLSchema {
  const config = schema.toConfig();
  return new GraphQLSchema({
    ...config,
    assumeValid: true,
    directives: config.directives.filter(isForClients),
  });
}
