import { Kind, type DocumentNode, type SelectionSetNode } from 'graphql';

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
export function measure({ definitions }: DocumentNode): Measures {
  const fragments = new Map<string, SelectionSetNode>();
  const operations: SelectionSetNode[] = [];
  const written: Written = { aliases: 0, directives: 0 };
  let fragmentCount = 0;

  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragmentCount += 1;
      fragments.set(definition.name.value, definition.selectionSet);
    } else if (definition.kind === Kind.OPERATION_DEFINITION) {
      operations.push(definition.selectionSet);
      for (const variable of definition.variableDefinitions ?? [])
        written.directives += variable.directives?.length ?? 0;
    } else continue;
    written.directives += definition.directives?.length ?? 0;
    addWritten(written, definition.selectionSet);
  }

  const rootFields = countOf(fragments, () => 0);
  const fields = countOf(fragments, (below, count) => count(below));
  const most = (sets: Iterable<SelectionSetNode>, count: Count) => Math.max(0, ...[...sets].map(count));
  return {
    ...written,
    fragments: fragmentCount,
    rootFields: most(operations, rootFields),
    fields: most([...operations, ...fragments.values()], fields),
  };
}

/** What is counted where it stands, once. */
interface Written {
  aliases: number;
  directives: number;
}

/** By hand, and not by graphql-js's visitor, which takes as long for it as for parsing. */
function addWritten(written: Written, { selections }: SelectionSetNode): void {
  const plain = new Set<string>();
  for (const selection of selections) {
    written.directives += selection.directives?.length ?? 0;
    if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
    if (selection.kind === Kind.FIELD) {
      const name = selection.name.value;
      if (selection.alias !== undefined || plain.has(name)) written.aliases += 1;
      else plain.add(name);
    }
    if (selection.selectionSet !== undefined) addWritten(written, selection.selectionSet);
  }
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
