import type { GraphQLRequest } from '@apollo/server';
import { isHash } from './hash.ts';
import { hashPrefix } from './trusted-list.ts';

/** What a request says of its document: the text, an id, both or neither; or that it cannot be understood. */
export interface Asked {
  readonly text?: string;
  readonly id?: string;
  /** For the client to read. */
  readonly fault?: string;
}

/** A request with all that its client has sent, where that is not in `http`. */
export interface SentRequest extends GraphQLRequest {
  readonly sent?: Readonly<Record<string, unknown>>;
}

/**
 * The forms in which clients name a document: `documentId` of GraphQL over HTTP, `id` and `doc_id` of Relay's clients, and
 * `extensions.persistedQuery` of Apollo's. Clients of WebSockets must send a `query`; an empty one counts as none.
 */
export function readAsked(request: SentRequest): Asked {
  const text = request.query === '' ? undefined : request.query;
  const named = namedIn(request, text === undefined ? idNames : idNamesBesideText);
  if (!named.every((value) => typeof value === 'string'))
    return { fault: 'A document is named once, by a string.' };

  const apollos: unknown = request.extensions?.['persistedQuery'];
  if (apollos != null && !isPersistedQuery(apollos))
    return {
      fault: '`extensions.persistedQuery` must be { version: 1, sha256Hash: 64 hexadecimal digits }.',
    };
  if (named.length === 0 && apollos == null) return askedBy(text, undefined);
  const ids = new Set([...named.map(bare), ...(apollos == null ? [] : [apollos.sha256Hash])]);
  return ids.size > 1 ? { fault: 'The request names several documents.' } : askedBy(text, [...ids][0]);
}

/** What is absent must be left out. */
function askedBy(text: string | undefined, id: string | undefined): Asked {
  if (id === undefined) return text === undefined ? {} : { text };
  return text === undefined ? { id } : { text, id };
}

type IdName = (typeof idNames)[number];
const idNames = ['documentId', 'doc_id', 'id'] as const;
/** Beside a text, `id` has other meanings: some clients number the operations of a batch by it. */
const idNamesBesideText = ['documentId'] as const;

function namedIn(request: SentRequest, names: readonly IdName[]): readonly unknown[] {
  const fields = fieldsOf(request);
  return names.map((name) => fields[name]).filter((value) => value != null);
}

function fieldsOf({ sent, http }: SentRequest): Readonly<Record<string, unknown>> {
  if (sent !== undefined) return sent;
  if (http?.method === 'GET') return parametersOf(http.search);
  return typeof http?.body === 'object' && http.body !== null
    ? (http.body as Readonly<Record<string, unknown>>)
    : {};
}

/** What is given twice is no string. */
function parametersOf(search: string): Readonly<Record<string, unknown>> {
  const parameters = new URLSearchParams(search);
  return Object.fromEntries(
    idNames.map((name) => {
      const values = parameters.getAll(name);
      return [name, values.length > 1 ? values : values[0]];
    }),
  );
}

/** A hash names the same document with its prefix and without. */
const bare = (id: string): string => {
  const hash = id.startsWith(hashPrefix) ? id.slice(hashPrefix.length) : undefined;
  return hash !== undefined && isHash(hash) ? hash : id;
};

/** Apollo's manifests may have ids of any form, and its clients send them as if they were hashes. */
const maxIdLength = 100;

function isPersistedQuery(asked: unknown): asked is { readonly sha256Hash: string } {
  if (typeof asked !== 'object' || asked === null) return false;
  const { version, sha256Hash }: { readonly version?: unknown; readonly sha256Hash?: unknown } = asked;
  return version === 1 && typeof sha256Hash === 'string' && sha256Hash.length <= maxIdLength;
}
