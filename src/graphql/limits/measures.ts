import { Kind, visit, type DocumentNode, type SelectionSetNode } from 'graphql';

/** How large a document is, before anything is known of the schema. */
export interface Measures {
  /** Written in the document. A field that stands a second time in one selection counts as an alias: it asks for the same again. */
  readonly aliases: number;
  readonly directives: number;
  readonly fragments: number;
  /** Of the largest operation, where each fragment counts as often as it is spread. */
  readonly rootFields: number;
  /** The same of all levels; of fragments as well, which are validated even where nobody spreads them. */
  readonly fields: number;
}

/**
 * Linear in the document, however its fragments are built up: each is counted once and remembered. One that spreads itself
 * counts as nothing within itself, for that is refused anyway.
 */
export function measure(document: DocumentNode): Measures {
  const selections = new Map<string, SelectionSetNode>();
  let aliases = 0;
  let directives = 0;
  let fragments = 0;

  visit(document, {
    Field: ({ alias }) => {
      if (alias !== undefined) aliases += 1;
    },
    Directive: () => {
      directives += 1;
    },
    FragmentDefinition: ({ name, selectionSet }) => {
      fragments += 1;
      selections.set(name.value, selectionSet);
    },
    SelectionSet: (selectionSet) => {
      aliases += repeatsIn(selectionSet);
    },
  });

  const rootFields = countOf(selections, () => 0);
  const fields = countOf(selections, (below, count) => count(below));
  const sets = document.definitions.flatMap((each) => ('selectionSet' in each ? [each] : []));
  const operations = sets.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const largest = (some: typeof sets, count: Count) =>
    some.reduce((most, { selectionSet }) => Math.max(most, count(selectionSet)), 0);
  return {
    ...{ aliases, directives, fragments },
    rootFields: largest(operations, rootFields),
    fields: largest(sets, fields),
  };
}

type Count = (selectionSet: SelectionSetNode) => number;

/** Counts the fields of a selection; `below` says how many more a field stands for. */
function countOf(
  fragments: ReadonlyMap<string, SelectionSetNode>,
  below: (selectionSet: SelectionSetNode, count: Count) => number,
): Count {
  const known = new Map<string, number>();

  function ofFragment(name: string): number {
    const counted = known.get(name);
    if (counted !== undefined) return counted;
    known.set(name, 0);
    const selectionSet = fragments.get(name);
    const found = selectionSet === undefined ? 0 : count(selectionSet);
    known.set(name, found);
    return found;
  }

  function count({ selections }: SelectionSetNode): number {
    return selections.reduce((sum, selection) => {
      switch (selection.kind) {
        case Kind.FIELD:
          return sum + 1 + (selection.selectionSet === undefined ? 0 : below(selection.selectionSet, count));
        case Kind.INLINE_FRAGMENT:
          return sum + count(selection.selectionSet);
        case Kind.FRAGMENT_SPREAD:
          return sum + ofFragment(selection.name.value);
      }
    }, 0);
  }

  return count;
}

function repeatsIn({ selections }: SelectionSetNode): number {
  const plain = selections.flatMap((each) =>
    each.kind === Kind.FIELD && each.alias === undefined ? [each.name.value] : [],
  );
  return plain.length - new Set(plain).size;
}
