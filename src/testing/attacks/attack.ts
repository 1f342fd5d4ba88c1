import { createHash } from 'node:crypto';
import type { ErrorCode } from '../../errors/codes.ts';

/** A request that is posted as JSON, and how it is refused. */
export interface Attack {
  readonly what: string;
  readonly body: object | string;
  readonly status: number;
  readonly code: ErrorCode;
}

const refusing =
  (code: ErrorCode) =>
  (what: string, query: string, variables?: object, status = 400): Attack => ({
    ...{ what, body: variables === undefined ? { query } : { query, variables } },
    ...{ status, code },
  });

export const invalid = refusing('GRAPHQL_VALIDATION_FAILED');
export const unparsed = refusing('GRAPHQL_PARSE_FAILED');
export const badInput = refusing('BAD_USER_INPUT');
export const tooCostly = refusing('COST_LIMIT_EXCEEDED');

export const badRequest = (what: string, body: object | string, status = 400): Attack => ({
  ...{ what, body, status },
  code: 'BAD_REQUEST',
});

/** Parts that are told apart by their number. */
export const times = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

export const nested = (open: string, inner: string, close: string, levels: number): string =>
  open.repeat(levels) + inner + close.repeat(levels);

/** The smallest document. */
export const bare = '{ __typename }';

export const fragment = (number: number, inner: string): string =>
  `fragment F${number} on Query { ${inner} }`;

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What Apollo's clients name a document by. */
export const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });

/** So many attempts at a password, in one request. */
export function guesses(count: number): string {
  const one = (n: number) => `a${n}: signIn(input: {username: "a", password: "${n}"}) { token }`;
  return `mutation { ${times(count, one)} }`;
}
