import {
  Kind,
  getNamedType,
  isAbstractType,
  isObjectType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { Fragments } from '../../cost/collect.ts';
import { NotCompilable } from './prepare.ts';

/** The largest query of a client has 39; a thousand would take a tenth of a second to compile, in which nobody is answered. */
const maxSelections = 400;

/**
 * Throws `NotCompilable` for what would become too much code: a selection is compiled wherever its fragment is spread, and for
 * each type that an object there can have.
 */
export function checkSize(
  schema: GraphQLSchema,
  root: GraphQLNamedType,
  selectionSet: SelectionSetNode,
  fragments: Fragments,
): void {
  let selections = 0;

  function visit(type: GraphQLNamedType, set: SelectionSetNode): void {
    const objects = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    for (const object of objects) visitObject(object, set);
  }

  function visitObject(type: GraphQLObjectType, set: SelectionSetNode): void {
    for (const selection of set.selections) {
      selections += 1;
      if (selections > maxSelections) throw new NotCompilable('it is too large');
      if (selection.kind === Kind.FIELD) {
        const field = type.getFields()[selection.name.value];
        if (field !== undefined && selection.selectionSet !== undefined)
          visit(getNamedType(field.type), selection.selectionSet);
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
      if (fragment !== undefined && applies(fragment.typeCondition?.name.value, type))
        visitObject(type, fragment.selectionSet);
    }
  }

  function applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const wanted = schema.getType(condition);
    return isAbstractType(wanted) && schema.isSubType(wanted, type);
  }

  visit(root, selectionSet);
}
