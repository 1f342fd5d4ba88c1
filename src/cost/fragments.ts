import { Kind, type DocumentNode } from 'graphql';
import type { Fragments } from './collect.ts';

const known = new WeakMap<DocumentNode, Fragments>();

/** All of a document, by name. Kept with the document, which is parsed once and served again. */
export function fragmentsOf(document: DocumentNode): Fragments {
  const found = known.get(document);
  if (found !== undefined) return found;
  const fragments = Object.fromEntries(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
    ),
  );
  known.set(document, fragments);
  return fragments;
}
