import { makeOperation, stringifyDocument, type DocumentInput, type Operation } from '@urql/core';
import type { SubscribePayload } from 'graphql-ws';

/** What the code generator adds to a document: the id under which it stands in the manifest that the gateway reads. */
interface Registered {
  readonly __meta__?: { readonly documentId: string };
}

/** The gateway has no document of this id, and takes the text in its place unless it trusts registered ones alone. */
export const unknownDocument = 'PERSISTED_QUERY_NOT_FOUND';

/** Asks for the document by its id in place of its text. Of urql's contexts, `isWhole` says otherwise. */
export function byId(operation: Operation): Operation {
  const documentId = idOf(operation.query);
  if (documentId === undefined || operation.context['isWhole'] === true) return operation;
  return makeOperation(operation.kind, { ...operation, query: { ...empty, documentId } });
}

/** The same for a socket. Its protocol wants a text, which may be empty. */
export function payloadOf<Variables extends Readonly<Record<string, unknown>>>(
  document: DocumentInput<unknown, Variables>,
  variables: Variables,
  isWhole: boolean,
): SubscribePayload {
  const documentId = isWhole ? undefined : idOf(document);
  const asked = documentId === undefined ? { query: stringifyDocument(document) } : { query: '', documentId };
  return { ...asked, variables };
}

const empty = { kind: 'Document', definitions: [] } as unknown as Operation['query'];

const idOf = (document: unknown): string | undefined => (document as Registered).__meta__?.documentId;
