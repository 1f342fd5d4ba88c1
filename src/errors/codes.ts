/** The closed catalogue of `extensions.code`; anything else is masked as INTERNAL_SERVER_ERROR before it leaves. */
export const errorCodes = {
  GRAPHQL_PARSE_FAILED: 'The document is not GraphQL, or has more tokens than allowed.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not fit the schema or an operation limit.',
  OPERATION_RESOLUTION_FAILURE: 'The document has no operation of that name, or several and none was named.',
  PERSISTED_QUERY_NOT_FOUND: 'The hash is not known here; send it again together with the document.',
  BAD_USER_INPUT: 'An argument or a variable has a value that the field cannot take.',
  BAD_REQUEST:
    'The HTTP request is not a GraphQL request: malformed JSON, wrong content type, too large a body.',
  UNAUTHENTICATED: 'The field needs a signed-in user; the token is missing, forged, expired or signed out.',
  FORBIDDEN: 'The signed-in user may not read or do this.',
  STEP_UP_REQUIRED: 'The session lacks the scope; enter the password again through `stepUp`.',
  NOT_FOUND: 'There is nothing with that id, or nothing that this viewer may know of.',
  CONFLICT: 'The thing was changed by someone else in the meantime; read it again and repeat.',
  RATE_LIMITED: 'Too many calls in this window; wait for `extensions.retryAfterSeconds`.',
  COST_LIMIT_EXCEEDED: 'The operation costs more than one request may.',
  DOCUMENT_NOT_TRUSTED:
    'Only registered documents are executed here, and this is none; or no document has this id.',
  TIMEOUT: 'The deadline of the request passed before this field was ready.',
  UPSTREAM_UNAVAILABLE: 'A data source that this field needs cannot be reached; retry later.',
  TOO_SLOW:
    'A stream was not read as fast as it grew, and was ended; subscribe again from the last item seen.',
  SHUTTING_DOWN: 'This gateway is stopping; repeat the request, another one will answer.',
  INTERNAL_SERVER_ERROR: 'Something failed on our side; quote the request id when you report it.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCodes, code);
}
